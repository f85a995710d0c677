package io.github.puzzle4j.search.cli.frame;

/** Ends a command with one line on standard error and an exit code of its own. */
public abstract sealed class CliException extends Exception {

  private static final long serialVersionUID = 1;

  private CliException(String message) {
    super(message);
  }

  /** The exit code of the process. */
  public abstract ExitCode exitCode();

  /** The request is invalid: the line says what is wrong, where, and what would be valid. */
  public static final class UserMistake extends CliException {

    private static final long serialVersionUID = 1;

    /** With one line. */
    public UserMistake(String message) {
      super(message);
    }

    @Override
    public ExitCode exitCode() {
      return ExitCode.USER_MISTAKE;
    }
  }

  /** No choice satisfies the limits: the line names them and the nearest feasible ones. */
  public static final class NothingFits extends CliException {

    private static final long serialVersionUID = 1;

    /** With one line. */
    public NothingFits(String message) {
      super(message);
    }

    @Override
    public ExitCode exitCode() {
      return ExitCode.INFEASIBLE;
    }
  }
}
