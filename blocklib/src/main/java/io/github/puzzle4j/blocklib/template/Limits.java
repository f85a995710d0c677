package io.github.puzzle4j.blocklib.template;

/** Limits the time and memory of one rendering. */
final class Limits {

  /** Far above the length of any conversation. */
  static final int LONGEST_TEXT = 1 << 26;

  /** The limit of Jinja's sandbox. */
  static final int LONGEST_RANGE = 100_000;

  static final int DEEPEST_CALLS = 64;
  private static final int MOST_STEPS = 5_000_000;
  private static final long MOST_CHARACTERS = 1L << 28;

  private static final long MOST_ITEMS = 1L << 22;

  private int steps;
  private long items;
  private int depth;
  private long characters;

  /** Counts an expression or statement. */
  void step() throws TemplateFailure {
    if (++steps > MOST_STEPS) {
      throw new TemplateFailure("takes more than %d steps".formatted(MOST_STEPS));
    }
  }

  /** Counts a new text. All texts count, since a template may keep all of them. */
  void text(long length) throws TemplateFailure {
    characters += length;
    if (length > LONGEST_TEXT || characters > MOST_CHARACTERS) {
      throw new TemplateFailure("makes texts of more than %d characters".formatted(LONGEST_TEXT));
    }
  }

  /** Counts a new list. */
  void list(long length) throws TemplateFailure {
    items += length;
    if (items > MOST_ITEMS) {
      throw new TemplateFailure("makes lists of more than %d items".formatted(MOST_ITEMS));
    }
  }

  void enter() throws TemplateFailure {
    if (++depth > DEEPEST_CALLS) {
      throw new TemplateFailure("calls itself more than %d times deep".formatted(DEEPEST_CALLS));
    }
  }

  void leave() {
    depth--;
  }
}
