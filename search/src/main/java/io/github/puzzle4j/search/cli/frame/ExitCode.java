package io.github.puzzle4j.search.cli.frame;

/** What the command tells the shell. */
public enum ExitCode {
  /** Done. */
  SUCCESS(0),
  /** Something failed that the user could not have known. */
  FAILURE(1),
  /** An option, a file or a plan of the user's is wrong. */
  USER_MISTAKE(2),
  /** Everything is right, but nothing fits the limits. */
  INFEASIBLE(3);

  private final int number;

  ExitCode(int number) {
    this.number = number;
  }

  public int number() {
    return number;
  }
}
