package io.github.puzzle4j.blocklib.template;

/** Limits the time and memory of one rendering. */
final class Limits {

  /** Far above the length of any conversation. */
  static final int MAX_TEXT_LENGTH = 1 << 26;

  /** The limit of Jinja's sandbox. */
  static final int MAX_RANGE = 100_000;

  static final int MAX_CALL_DEPTH = 64;
  private static final int MAX_STEPS = 5_000_000;
  private static final long MAX_CHARACTERS = 1L << 28;

  private static final long MAX_ITEMS = 1L << 22;

  private int steps;
  private long items;
  private int depth;
  private long characters;

  /** Counts an expression or statement. */
  void step() throws TemplateFailure {
    if (++steps > MAX_STEPS) {
      throw new TemplateFailure("takes more than %d steps".formatted(MAX_STEPS));
    }
  }

  /** Counts a new text. All texts count, since a template may keep all of them. */
  void text(long length) throws TemplateFailure {
    characters += length;
    if (length > MAX_TEXT_LENGTH || characters > MAX_CHARACTERS) {
      throw new TemplateFailure(
          "makes texts of more than %d characters".formatted(MAX_TEXT_LENGTH));
    }
  }

  /** Counts a new list. */
  void list(long length) throws TemplateFailure {
    items += length;
    if (items > MAX_ITEMS) {
      throw new TemplateFailure("makes lists of more than %d items".formatted(MAX_ITEMS));
    }
  }

  void enter() throws TemplateFailure {
    if (++depth > MAX_CALL_DEPTH) {
      throw new TemplateFailure("calls itself more than %d times deep".formatted(MAX_CALL_DEPTH));
    }
  }

  void leave() {
    depth--;
  }
}
