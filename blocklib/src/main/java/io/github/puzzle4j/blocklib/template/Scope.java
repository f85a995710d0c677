package io.github.puzzle4j.blocklib.template;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Variables. Loops and macros have their own scope; conditions do not. */
final class Scope {

  private final @Nullable Scope outer;
  private final Map<String, Value> values = new HashMap<>();

  Scope(@Nullable Scope outer) {
    this.outer = outer;
  }

  Value get(String name) {
    for (Scope scope = this; scope != null; scope = scope.outer) {
      Value value = scope.values.get(name);
      if (value != null) {
        return value;
      }
    }
    return new Value.Undefined(name);
  }

  void set(String name, Value value) {
    values.put(name, value);
  }
}
