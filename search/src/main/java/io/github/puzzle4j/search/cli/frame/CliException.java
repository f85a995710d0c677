package io.github.puzzle4j.search.cli.frame;

/** Ends a command with one line on standard error and an exit code of its own. */
public abstract sealed class CliException extends Exception {

  private static final long serialVersionUID = 1;

  private CliException(String message) {
    super(message);
  }

  /** What the shell is told. */
  public abstract ExitCode exitCode();

  /** The user asked for something that cannot be: the line says what, where, and what can. */
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

  /** No choice satisfies the limits: the line says which, and the nearest that would. */
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
