package io.github.puzzle4j.blocklib.template;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Converts values to text as Python does; lengths are counted in code points. */
final class PythonText {

  private PythonText() {}

  /** Implements {@code str(value)}. */
  static String of(Value value) throws TemplateFailure {
    return switch (value) {
      case Value.Text(String text, boolean _) -> text;
      case Value.Whole(long number) -> Long.toString(number);
      case Value.Real(double number) -> real(number);
      case Value.Truth(boolean holds) -> holds ? "True" : "False";
      case Value.None() -> "None";
      case Value.Undefined _ -> "";
      case Value.Sequence _ -> shown(value);
      case Value.Mapping _ -> shown(value);
      case Value.Namespace _, Value.Function _ ->
          throw new TemplateFailure("%s cannot be printed".formatted(value.kind()));
    };
  }

  /** Implements {@code repr(value)}, which is used inside lists and dictionaries. */
  static String shown(Value value) throws TemplateFailure {
    return switch (value) {
      case Value.Text(String text, boolean safe) ->
          safe ? "Markup(%s)".formatted(quoted(text)) : quoted(text);
      case Value.Sequence(List<Value> items, boolean tuple) -> {
        List<String> parts = new ArrayList<>();
        for (Value item : items) {
          parts.add(shown(item));
        }
        String joined = String.join(", ", parts);
        yield tuple ? "(%s%s)".formatted(joined, items.size() == 1 ? "," : "") : "[" + joined + "]";
      }
      case Value.Mapping(Map<Value, Value> entries) -> {
        List<String> parts = new ArrayList<>();
        for (Map.Entry<Value, Value> entry : entries.entrySet()) {
          parts.add(shown(entry.getKey()) + ": " + shown(entry.getValue()));
        }
        yield "{" + String.join(", ", parts) + "}";
      }
      case Value.Undefined _ -> "Undefined";
      case Value.Whole _, Value.Real _, Value.Truth _, Value.None _ -> of(value);
      case Value.Namespace _, Value.Function _ ->
          throw new TemplateFailure("%s cannot be printed".formatted(value.kind()));
    };
  }

  private static String quoted(String text) {
    char quote = text.contains("'") && !text.contains("\"") ? '"' : '\'';
    StringBuilder quoted = new StringBuilder().append(quote);
    text.codePoints()
        .forEach(code -> {
          if (code == quote || code == '\\') {
            quoted.append('\\').appendCodePoint(code);
          } else {
            quoted.append(isPrintable(code) ? Character.toString(code) : escape(code));
          }
        });
    return quoted.append(quote).toString();
  }

  static boolean isSafe(Value value) {
    return value instanceof Value.Text text && text.safe();
  }

  /** The text of a value, with HTML escaped unless it is marked as safe. */
  static String escapedIf(boolean escapes, Value value) throws TemplateFailure {
    String text = of(value);
    return !escapes || isSafe(value)
        ? text
        : text.replace("&", "&amp;")
            .replace(">", "&gt;")
            .replace("<", "&lt;")
            .replace("'", "&#39;")
            .replace("\"", "&#34;");
  }

  private static boolean isPrintable(int code) {
    return switch (Character.getType(code)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      case Character.SPACE_SEPARATOR -> code == ' ';
      default -> true;
    };
  }

  private static String escape(int code) {
    return switch (code) {
      case '\n' -> "\\n";
      case '\r' -> "\\r";
      case '\t' -> "\\t";
      default ->
          code < 0x100
              ? "\\x%02x".formatted(code)
              : code < 0x10000 ? "\\u%04x".formatted(code) : "\\U%08x".formatted(code);
    };
  }

  /**
   * The shortest digits that represent the number; with an exponent below 1e-4 and from 1e16 on.
   */
  static String real(double number) {
    if (Double.isNaN(number) || Double.isInfinite(number)) {
      return Double.isNaN(number) ? "nan" : number > 0 ? "inf" : "-inf";
    }
    double size = Math.abs(number);
    if (size == 0) {
      return Double.toString(number);
    }
    BigDecimal exact = new BigDecimal(Double.toString(number));
    if (size >= 1e-4 && size < 1e16) {
      String plain = exact.toPlainString();
      return plain.contains(".") ? plain : plain + ".0";
    }
    BigDecimal digits = exact.stripTrailingZeros();
    int exponent = digits.precision() - digits.scale() - 1;
    return "%se%s%02d"
        .formatted(
            digits.movePointLeft(exponent).toPlainString(),
            exponent < 0 ? "-" : "+",
            Math.abs(exponent));
  }

  static int length(String text) {
    return text.codePointCount(0, text.length());
  }

  static boolean isSpace(int code) {
    return Character.isWhitespace(code) || Character.isSpaceChar(code) || code == 0x85;
  }

  /** Strips characters of this set from the ends; whitespace if there is no set. */
  static String stripped(String text, Value set, boolean left, boolean right)
      throws TemplateFailure {
    String characters =
        switch (set) {
          case Value.Text(String given, boolean _) -> given;
          case Value.None() -> "";
          default -> throw new TemplateFailure("characters to strip must be a string");
        };
    boolean spaces = set instanceof Value.None;
    int start = 0;
    int end = text.length();
    while (left && start < end && drops(text.codePointAt(start), spaces, characters)) {
      start += Character.charCount(text.codePointAt(start));
    }
    while (right && start < end && drops(text.codePointBefore(end), spaces, characters)) {
      end -= Character.charCount(text.codePointBefore(end));
    }
    return text.substring(start, end);
  }

  private static boolean drops(int code, boolean spaces, String characters) {
    return spaces ? isSpace(code) : characters.indexOf(code) >= 0;
  }
}
