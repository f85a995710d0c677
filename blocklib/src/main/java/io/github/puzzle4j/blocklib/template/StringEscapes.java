package io.github.puzzle4j.blocklib.template;

/** Resolves escapes in string literals as Python does. */
final class StringEscapes {

  private StringEscapes() {}

  static String resolved(String raw) throws TemplateFailure {
    StringBuilder text = new StringBuilder(raw.length());
    for (int i = 0; i < raw.length(); i++) {
      char character = raw.charAt(i);
      if (character != '\\') {
        text.append(character);
        continue;
      }
      char escaped = raw.charAt(++i);
      switch (escaped) {
        case 'n' -> text.append('\n');
        case 't' -> text.append('\t');
        case 'r' -> text.append('\r');
        case 'b' -> text.append('\b');
        case 'f' -> text.append('\f');
        case 'v' -> text.append('\u000b');
        case 'a' -> text.append('\u0007');
        case '\\', '\'', '"' -> text.append(escaped);
        case '\n' -> {}
        case 'x', 'u', 'U' -> i += code(raw, i, text);
        default -> {
          if (escaped >= '0' && escaped <= '7') {
            int end = i + 1;
            while (end < raw.length() && end < i + 3 && "01234567".indexOf(raw.charAt(end)) >= 0) {
              end++;
            }
            text.append((char) Integer.parseInt(raw, i, end, 8));
            i = end - 1;
            continue;
          }
          if (escaped == 'N') {
            throw new TemplateFailure("the escape '\\%s' is not supported".formatted(escaped));
          }
          text.append('\\').append(escaped);
        }
      }
    }
    return text.toString();
  }

  /** Appends the character of a hexadecimal code; returns the number of digits. */
  private static int code(String raw, int at, StringBuilder text) throws TemplateFailure {
    int digits =
        switch (raw.charAt(at)) {
          case 'x' -> 2;
          case 'u' -> 4;
          default -> 8;
        };
    int end = at + 1 + digits;
    if (end > raw.length() || !raw.substring(at + 1, end).matches("[0-9a-fA-F]+")) {
      throw new TemplateFailure("an escape in a string lacks hexadecimal digits");
    }
    long code = Long.parseLong(raw, at + 1, end, 16);
    if (code > Character.MAX_CODE_POINT) {
      throw new TemplateFailure("an escape in a string is not a character");
    }
    text.appendCodePoint((int) code);
    return digits;
  }
}
