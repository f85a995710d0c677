package io.github.puzzle4j.search.cli.frame;

/** Checks of option values that picocli does not do. */
public final class Require {

  /** The largest number in problems. */
  public static final double LARGEST = 1e30;

  private Require() {}

  /** Rejects a number below 1, naming its option. */
  public static void positive(String option, int value) throws CliException.UserMistake {
    if (value < 1) {
      throw new CliException.UserMistake("%s %d: must be at least 1".formatted(option, value));
    }
  }

  /** Rejects a number that is too large for a problem, naming its option. */
  public static void number(String option, double value) throws CliException.UserMistake {
    if (!(Math.abs(value) <= LARGEST)) {
      throw new CliException.UserMistake(
          "%s %s: must be a number of at most %s".formatted(option, value, LARGEST));
    }
  }
}
