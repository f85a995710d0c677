package io.github.puzzle4j.blocklib.template;

/**
 * A token of a template.
 *
 * @param text of names, operators and numbers as written; of strings without quotes and with
 *     escapes resolved
 * @param line in the template, starting at 1
 */
record Token(Kind kind, String text, int line) {

  enum Kind {
    DATA,
    OUTPUT_BEGIN,
    OUTPUT_END,
    TAG_BEGIN,
    TAG_END,
    NAME,
    STRING,
    WHOLE,
    REAL,
    OPERATOR,
    END
  }

  boolean is(Kind wanted, String text) {
    return kind == wanted && this.text.equals(text);
  }

  String described() {
    return switch (kind) {
      case END -> "the end of the template";
      case OUTPUT_END, TAG_END -> "the end of the tag";
      case DATA -> "text";
      case STRING -> "a string";
      case OUTPUT_BEGIN, TAG_BEGIN, NAME, WHOLE, REAL, OPERATOR -> "'%s'".formatted(text);
    };
  }
}
