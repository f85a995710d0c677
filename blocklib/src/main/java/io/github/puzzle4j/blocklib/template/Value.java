package io.github.puzzle4j.blocklib.template;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A value of a template expression. Templates cannot access any other Java object. */
sealed interface Value {

  /** A string. */
  record Text(String text) implements Value {}

  /** An integer; unlike in Python limited to 64 bits. */
  record Whole(long number) implements Value {}

  /** A floating-point number. */
  record Real(double number) implements Value {}

  /** True or false. */
  record Truth(boolean holds) implements Value {}

  /** Python's {@code None}. */
  record None() implements Value {}

  /** A missing name or key; most uses of it raise an error. */
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

  /** A dictionary, in insertion order. */
  record Mapping(Map<String, Value> entries) implements Value {

    public Mapping {
      entries = Collections.unmodifiableMap(new LinkedHashMap<>(entries));
    }
  }

  /** Result of {@code namespace()}: the only value with attributes that a template can set. */
  record Namespace(Map<String, Value> attributes) implements Value {}

  /** A macro or a built-in function. */
  record Function(String name, Body body) implements Value {}

  /** Implementation of a function. */
  @FunctionalInterface
  interface Body {
    Value call(Arguments arguments) throws TemplateFailure;
  }

  /** Whether the value is true in a condition. */
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

  /** Description of the type, for error messages. */
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
