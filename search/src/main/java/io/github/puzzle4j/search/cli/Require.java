package io.github.puzzle4j.search.cli;

/** Checks of option values that picocli lets pass. */
final class Require {

  private Require() {}

  /** Refuses a number below 1, naming its option. */
  static void positive(String option, int value) throws CliException.UserMistake {
    if (value < 1) {
      throw new CliException.UserMistake("%s %d: must be at least 1".formatted(option, value));
    }
  }
}
