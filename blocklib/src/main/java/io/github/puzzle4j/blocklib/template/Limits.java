package io.github.puzzle4j.blocklib.template;

/** Bounds of one evaluation: what a template can take of time and memory. */
final class Limits {

  /** Far over any conversation. */
  static final int LONGEST_TEXT = 1 << 26;

  /** As Jinja's own sandbox has it. */
  static final int LONGEST_RANGE = 100_000;

  static final int DEEPEST_CALLS = 64;
  private static final int MOST_STEPS = 5_000_000;
  private static final long MOST_CHARACTERS = 1L << 28;

  private static final long MOST_ITEMS = 1L << 22;

  private int steps;
  private long items;
  private int depth;
  private long characters;

  /** One more expression or statement. */
  void step() throws TemplateFailure {
    if (++steps > MOST_STEPS) {
      throw new TemplateFailure("takes more than %d steps".formatted(MOST_STEPS));
    }
  }

  /** A text that is about to be made; all that are made count, since they may all be kept. */
  void text(long length) throws TemplateFailure {
    characters += length;
    if (length > LONGEST_TEXT || characters > MOST_CHARACTERS) {
      throw new TemplateFailure("makes texts of more than %d characters".formatted(LONGEST_TEXT));
    }
  }

  /** A list that is about to be made. */
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
