package io.github.puzzle4j.search.cli;

/** Ends a command with one line on standard error and an exit code of its own. */
abstract sealed class CliException extends Exception {

  private static final long serialVersionUID = 1;

  private CliException(String message) {
    super(message);
  }

  abstract ExitCode exitCode();

  /** The user asked for something that cannot be: the line says what, where, and what can. */
  static final class UserMistake extends CliException {

    private static final long serialVersionUID = 1;

    UserMistake(String message) {
      super(message);
    }

    @Override
    ExitCode exitCode() {
      return ExitCode.USER_MISTAKE;
    }
  }

  /** No choice satisfies the limits: the line says which, and the nearest that would. */
  static final class NothingFits extends CliException {

    private static final long serialVersionUID = 1;

    NothingFits(String message) {
      super(message);
    }

    @Override
    ExitCode exitCode() {
      return ExitCode.INFEASIBLE;
    }
  }
}
