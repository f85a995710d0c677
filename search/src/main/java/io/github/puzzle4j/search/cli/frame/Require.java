package io.github.puzzle4j.search.cli.frame;

/** Checks of option values that picocli lets pass. */
public final class Require {

  /** Beyond it, a problem takes no number either. */
  public static final double LARGEST = 1e30;

  private Require() {}

  /** Refuses a number below 1, naming its option. */
  public static void positive(String option, int value) throws CliException.UserMistake {
    if (value < 1) {
      throw new CliException.UserMistake("%s %d: must be at least 1".formatted(option, value));
    }
  }

  /** Refuses what is no number of a size that a problem may hold, naming its option. */
  public static void number(String option, double value) throws CliException.UserMistake {
    if (!(Math.abs(value) <= LARGEST)) {
      throw new CliException.UserMistake(
          "%s %s: must be a number of at most %s".formatted(option, value, LARGEST));
    }
  }
}
