package io.github.puzzle4j.blocklib.template;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Arguments of a function, filter, test or method.
 *
 * @param function its name, for error messages
 */
record Arguments(String function, List<Value> positional, Map<String, Value> named) {

  Arguments {
    positional = List.copyOf(positional);
    // Keeps the order of the arguments, since a dictionary may be built from them.
    named = Collections.unmodifiableMap(new LinkedHashMap<>(named));
  }

  /** Rejects arguments other than these. Ignoring an argument would change the result. */
  void allow(int most, String... names) throws TemplateFailure {
    if (positional.size() > most) {
      throw new TemplateFailure(
          "'%s' takes %d arguments, not %d".formatted(function, most, positional.size()));
    }
    for (String name : named.keySet()) {
      if (!List.of(names).contains(name)) {
        throw new TemplateFailure(
            "'%s' with the argument '%s' is not supported".formatted(function, name));
      }
    }
  }

  Value required(int index, String name) throws TemplateFailure {
    Value value = find(index, name);
    if (value == null) {
      throw new TemplateFailure("'%s' needs the argument '%s'".formatted(function, name));
    }
    return value;
  }

  Value orElse(int index, String name, Value otherwise) {
    Value value = find(index, name);
    return value == null ? otherwise : value;
  }

  String text(int index, String name) throws TemplateFailure {
    if (required(index, name) instanceof Value.Text(String text, boolean _)) {
      return text;
    }
    throw new TemplateFailure(
        "'%s' needs a string, found %s".formatted(function, required(index, name).kind()));
  }

  int whole(int index, String name, int otherwise) throws TemplateFailure {
    Value value = orElse(index, name, new Value.Whole(otherwise));
    if (value instanceof Value.Whole(long number) && number == (int) number) {
      return (int) number;
    }
    throw new TemplateFailure(
        "'%s' needs a small integer, found %s".formatted(function, value.kind()));
  }

  /** A value in a condition, by position or name. */
  boolean flag(int index, String name, boolean otherwise) {
    return orElse(index, name, new Value.Truth(otherwise)).truth();
  }

  boolean has(int index, String name) {
    return find(index, name) != null;
  }

  /** The arguments from a position on, and the named ones, for another function. */
  Arguments from(String other, int index) {
    return new Arguments(other, positional.subList(index, positional.size()), named);
  }

  boolean isEmpty() {
    return positional.isEmpty() && named.isEmpty();
  }

  private @Nullable Value find(int index, String name) {
    return index < positional.size() ? positional.get(index) : named.get(name);
  }
}
