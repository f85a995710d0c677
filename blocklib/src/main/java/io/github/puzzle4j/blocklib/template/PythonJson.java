package io.github.puzzle4j.blocklib.template;

import java.util.List;
import java.util.Map;

/**
 * Writes values as JSON like Transformers' {@code tojson}: without escapes for HTML, and not
 * limited to ASCII.
 */
final class PythonJson {

  private final int indent;
  private final StringBuilder json = new StringBuilder();

  private PythonJson(int indent) {
    this.indent = indent;
  }

  /**
   * Writes a value.
   *
   * @param indent blanks per level; negative for a single line
   */
  static String of(Value value, int indent) throws TemplateFailure {
    PythonJson writer = new PythonJson(indent);
    writer.write(value, 0);
    return writer.json.toString();
  }

  private void write(Value value, int level) throws TemplateFailure {
    switch (value) {
      case Value.Text(String text) -> string(text);
      case Value.Whole(long number) -> json.append(number);
      case Value.Real(double number) -> json.append(PythonText.real(number));
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
      case Value.Mapping(Map<String, Value> entries) -> {
        json.append('{');
        int i = 0;
        for (Map.Entry<String, Value> entry : entries.entrySet()) {
          separate(i++, level + 1);
          string(entry.getKey());
          json.append(": ");
          write(entry.getValue(), level + 1);
        }
        close(entries.isEmpty(), level, '}');
      }
      case Value.Undefined _, Value.Namespace _, Value.Function _ ->
          throw new TemplateFailure("%s cannot be written as JSON".formatted(value.kind()));
    }
  }

  private void separate(int index, int level) throws TemplateFailure {
    if (index > 0) {
      json.append(indent < 0 ? ", " : ",");
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
    if (indent >= 0) {
      json.append('\n').repeat(' ', Math.multiplyExact(indent, level));
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
          if (character < 0x20) {
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
