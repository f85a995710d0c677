package io.github.puzzle4j.search.plan;

/** The minimum throughput of a child: output tokens per second per GPU. */
public sealed interface ThroughputGoal {

  /** Spelling of no goal in plans. */
  String NONE = "none";

  /** The goal in tokens per second per GPU, for a teacher that reaches this many; 0 for none. */
  double tokensPerSecond(double teacherTokensPerSecond);

  /** No goal. */
  record None() implements ThroughputGoal {

    @Override
    public double tokensPerSecond(double teacherTokensPerSecond) {
      return 0;
    }

    @Override
    public String toString() {
      return NONE;
    }
  }

  /**
   * A multiple of the teacher's own throughput on the same GPU in the same scenario.
   *
   * @param factor above 0
   */
  record TimesTeacher(double factor) implements ThroughputGoal {

    public TimesTeacher {
      requirePositive(factor);
    }

    @Override
    public double tokensPerSecond(double teacherTokensPerSecond) {
      return factor * teacherTokensPerSecond;
    }

    @Override
    public String toString() {
      return PlainNumber.format(factor) + "x";
    }
  }

  /**
   * An absolute goal.
   *
   * @param value output tokens per second per GPU, above 0
   */
  record TokensPerSecond(double value) implements ThroughputGoal {

    public TokensPerSecond {
      requirePositive(value);
    }

    @Override
    public double tokensPerSecond(double teacherTokensPerSecond) {
      return value;
    }

    @Override
    public String toString() {
      return PlainNumber.format(value);
    }
  }

  /**
   * Reads {@code 1.5x}, a number of tokens per second, or {@code none}.
   *
   * @throws IllegalArgumentException if it is none of these
   */
  static ThroughputGoal parse(String text) {
    if (text.equals(NONE)) {
      return new None();
    }
    if (text.matches("[0-9]{1,6}(\\.[0-9]{1,9})?x")) {
      return new TimesTeacher(Double.parseDouble(text.substring(0, text.length() - 1)));
    }
    if (text.matches("[0-9]{1,12}(\\.[0-9]{1,9})?")) {
      return new TokensPerSecond(Double.parseDouble(text));
    }
    throw new IllegalArgumentException(
        "must be a multiple of the teacher's such as 1.5x, tokens per second, or none, not '%s'"
            .formatted(text));
  }

  private static void requirePositive(double value) {
    if (!(value > 0)) {
      throw new IllegalArgumentException("must be above 0, not %s".formatted(value));
    }
  }
}
