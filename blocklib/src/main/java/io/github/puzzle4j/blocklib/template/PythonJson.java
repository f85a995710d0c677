package io.github.puzzle4j.blocklib.template;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes values as JSON like Transformers' {@code tojson}: without escapes for HTML, and unless
 * asked for not limited to ASCII.
 */
final class PythonJson {

  private final boolean ascii;
  private final @Nullable String indent;
  private final String betweenItems;
  private final String behindKeys;
  private final boolean sorted;
  private final StringBuilder json = new StringBuilder();

  private PythonJson(Arguments given) throws TemplateFailure {
    given.allow(4, "ensure_ascii", "indent", "separators", "sort_keys");
    ascii = given.flag(0, "ensure_ascii", false);
    indent =
        switch (given.orElse(1, "indent", new Value.None())) {
          case Value.None _ -> null;
          case Value.Text(String text, boolean _) -> text;
          default -> " ".repeat(Math.clamp(given.whole(1, "indent", 0), 0, 1000));
        };
    Value separators = given.orElse(2, "separators", new Value.None());
    List<Value> parts = separators instanceof Value.None ? List.of() : Iteration.items(separators);
    if (!parts.isEmpty() && parts.size() != 2) {
      throw new TemplateFailure("'tojson' needs two separators");
    }
    betweenItems = !parts.isEmpty() ? PythonText.of(parts.get(0)) : indent == null ? ", " : ",";
    behindKeys = parts.isEmpty() ? ": " : PythonText.of(parts.get(1));
    sorted = given.flag(3, "sort_keys", false);
  }

  /** Writes a value, with the arguments of {@code tojson}. */
  static String of(Value value, Arguments given) throws TemplateFailure {
    PythonJson writer = new PythonJson(given);
    writer.write(value, 0);
    return writer.json.toString();
  }

  private void write(Value value, int level) throws TemplateFailure {
    switch (value) {
      case Value.Text(String text, boolean _) -> string(text);
      case Value.Whole(long number) -> json.append(number);
      case Value.Real(double number) -> json.append(real(number));
      case Value.Truth(boolean holds) -> json.append(holds);
      case Value.None() -> json.append("null");
      case Value.Sequence(List<Value> items, boolean _) -> {
        json.append('[');
        for (int i = 0; i < items.size(); i++) {
          separate(i, level + 1);
          write(items.get(i), level + 1);
        }
        close(items.isEmpty(), level, ']');
      }
      case Value.Mapping(Map<Value, Value> entries) -> {
        json.append('{');
        int i = 0;
        for (Value key : keys(entries)) {
          separate(i++, level + 1);
          string(key(key));
          json.append(behindKeys);
          write(entries.getOrDefault(key, key), level + 1);
        }
        close(entries.isEmpty(), level, '}');
      }
      case Value.Undefined _, Value.Namespace _, Value.Function _ ->
          throw new TemplateFailure("%s cannot be written as JSON".formatted(value.kind()));
    }
  }

  private List<Value> keys(Map<Value, Value> entries) throws TemplateFailure {
    List<Value> keys = new ArrayList<>(entries.keySet());
    if (sorted && keys.size() > 1) {
      for (Value key : keys) {
        Operators.order(keys.getFirst(), key);
      }
      keys.sort((a, b) -> {
        try {
          return Operators.order(a, b);
        } catch (TemplateFailure never) {
          throw new IllegalStateException("keys are checked before", never);
        }
      });
    }
    return keys;
  }

  private static String key(Value key) throws TemplateFailure {
    return switch (key) {
      case Value.Text(String text, boolean _) -> text;
      case Value.Whole(long number) -> Long.toString(number);
      case Value.Real(double number) -> real(number);
      case Value.None() -> "null";
      default -> throw new TemplateFailure("%s is no key of JSON".formatted(key.kind()));
    };
  }

  private static String real(double number) {
    return Double.isNaN(number)
        ? "NaN"
        : Double.isInfinite(number)
            ? (number > 0 ? "Infinity" : "-Infinity")
            : PythonText.real(number);
  }

  private void separate(int index, int level) throws TemplateFailure {
    if (index > 0) {
      json.append(betweenItems);
    }
    line(level);
  }

  private void close(boolean empty, int level, char bracket) throws TemplateFailure {
    if (!empty) {
      line(level);
    }
    json.append(bracket);
  }

  private void line(int level) throws TemplateFailure {
    if (indent != null) {
      json.append('\n').repeat(indent, level);
    }
    if (json.length() > Limits.MAX_TEXT_LENGTH) {
      throw new TemplateFailure("makes JSON of more than %d characters".formatted(json.length()));
    }
  }

  private void string(String text) {
    json.append('"');
    for (int i = 0; i < text.length(); i++) {
      char character = text.charAt(i);
      switch (character) {
        case '"' -> json.append("\\\"");
        case '\\' -> json.append("\\\\");
        case '\n' -> json.append("\\n");
        case '\r' -> json.append("\\r");
        case '\t' -> json.append("\\t");
        case '\b' -> json.append("\\b");
        case '\f' -> json.append("\\f");
        default -> {
          if (character < 0x20 || (ascii && character > 0x7e)) {
            json.append("\\u%04x".formatted((int) character));
          } else {
            json.append(character);
          }
        }
      }
    }
    json.append('"');
  }
}
