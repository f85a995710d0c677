package io.github.puzzle4j.search.cli.frame;

/** Exit codes of the command. */
public enum ExitCode {
  /** Done. */
  SUCCESS(0),
  /** A failure that is not a mistake of the user. */
  FAILURE(1),
  /** An option, a file or a plan is wrong. */
  USER_MISTAKE(2),
  /** The request is valid, but nothing fits the limits. */
  INFEASIBLE(3);

  private final int number;

  ExitCode(int number) {
    this.number = number;
  }

  public int number() {
    return number;
  }
}
