package io.github.puzzle4j.blocklib.template;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What an expression of a template can be: nothing else of Java can be reached from one. */
sealed interface Value {

  /** A string. */
  record Text(String text) implements Value {}

  /** A whole number; those of Python that need more than 64 bits are refused. */
  record Whole(long number) implements Value {}

  /** A floating-point number. */
  record Real(double number) implements Value {}

  /** True or false. */
  record Truth(boolean holds) implements Value {}

  /** Python's {@code None}. */
  record None() implements Value {}

  /** A name or key that is not there; most uses of it are errors that name it. */
  record Undefined(String name) implements Value {}

  /** A list or tuple. */
  record Sequence(List<Value> items, boolean tuple) implements Value {

    public Sequence {
      items = List.copyOf(items);
    }

    public Sequence(List<Value> items) {
      this(items, false);
    }
  }

  /** A dictionary, in the order of its making. */
  record Mapping(Map<String, Value> entries) implements Value {

    public Mapping {
      entries = Collections.unmodifiableMap(new LinkedHashMap<>(entries));
    }
  }

  /** What {@code namespace()} makes: the one value whose attributes a template can set. */
  record Namespace(Map<String, Value> attributes) implements Value {}

  /** A macro, or a function that templates are given. */
  record Function(String name, Body body) implements Value {}

  /** What a function does. */
  @FunctionalInterface
  interface Body {
    Value call(Arguments arguments) throws TemplateFailure;
  }

  /** Whether it counts as true where a condition is wanted. */
  default boolean truth() {
    return switch (this) {
      case Text(String text) -> !text.isEmpty();
      case Whole(long number) -> number != 0;
      case Real(double number) -> number != 0;
      case Truth(boolean holds) -> holds;
      case None() -> false;
      case Undefined _ -> false;
      case Sequence sequence -> !sequence.items().isEmpty();
      case Mapping(Map<String, Value> entries) -> !entries.isEmpty();
      case Namespace _ -> true;
      case Function _ -> true;
    };
  }

  /** What messages call values of its kind. */
  default String kind() {
    return switch (this) {
      case Text _ -> "a string";
      case Whole _ -> "a whole number";
      case Real _ -> "a number";
      case Truth _ -> "true or false";
      case None() -> "none";
      case Undefined(String name) -> "'%s', which is undefined".formatted(name);
      case Sequence _ -> "a list";
      case Mapping _ -> "a mapping";
      case Namespace _ -> "a namespace";
      case Function(String name, Body _) -> "the function '%s'".formatted(name);
    };
  }
}
