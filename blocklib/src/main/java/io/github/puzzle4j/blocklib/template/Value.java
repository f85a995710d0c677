package io.github.puzzle4j.blocklib.template;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A value of a template expression. Templates cannot access any other Java object. */
sealed interface Value {

  /** Attribute of a namespace that is called when the namespace is. */
  String CALL = " call";

  /**
   * A string.
   *
   * @param safe marked by {@code safe} or {@code escape}: what is joined to it is escaped
   */
  record Text(String text, boolean safe) implements Value {

    Text(String text) {
      this(text, false);
    }
  }

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

  /** A dictionary, in insertion order. Equal numbers are one key, as in Python. */
  record Mapping(Map<Value, Value> entries) implements Value {

    public Mapping {
      Map<Value, Value> own = new LinkedHashMap<>();
      entries.forEach((key, value) -> own.put(key(key), value));
      entries = Collections.unmodifiableMap(own);
    }

    /** A dictionary with strings as keys. */
    static Mapping named(Map<String, Value> entries) {
      Map<Value, Value> own = new LinkedHashMap<>();
      entries.forEach((key, value) -> own.put(new Text(key), value));
      return new Mapping(own);
    }

    /** The value of a key; undefined if there is none. */
    Value get(Value key) {
      Value found = entries.get(key(key));
      return found == null ? new Undefined(key instanceof Text text ? text.text : "key") : found;
    }

    /** The one of equal keys that stands for all. */
    static Value key(Value key) {
      return switch (key) {
        case Text text -> new Text(text.text);
        case Truth(boolean holds) -> new Whole(holds ? 1 : 0);
        case Real(double number) when number == (long) number -> new Whole((long) number);
        default -> key;
      };
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
      case Text(String text, boolean _) -> !text.isEmpty();
      case Whole(long number) -> number != 0;
      case Real(double number) -> number != 0;
      case Truth(boolean holds) -> holds;
      case None() -> false;
      case Undefined _ -> false;
      case Sequence sequence -> !sequence.items().isEmpty();
      case Mapping(Map<Value, Value> entries) -> !entries.isEmpty();
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
