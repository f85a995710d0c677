package io.github.puzzle4j.search.plan;

/** How much text is spent on scores. */
public enum ScoringEffort {
  /** All of it for every replacement. */
  FULL,
  /** Portion by portion, the next one only for replacements that a budget of the plan can pick. */
  RACING;

  /** Sequences that are measured together at least. */
  public static final int PORTION = 4;

  /** Share of the text in the first round of a race. */
  public static final double FIRST_ROUND = 0.125;

  /**
   * The share of a text that all replacements are scored on.
   *
   * @param sequences of the text
   */
  public double shareOfAll(int sequences) {
    return switch (this) {
      case FULL -> 1;
      case RACING -> Math.min(1, Math.max(FIRST_ROUND, (double) PORTION / sequences));
    };
  }
}
