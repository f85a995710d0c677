package io.github.puzzle4j.search.cli.frame;

import io.github.puzzle4j.search.progress.Progress;

/** What standard error is connected to. */
final class Terminal {

  /** Set by the launcher, which can ask the system; absent or 0 where it is no terminal. */
  private static final String COLUMNS = "puzzle4j.terminal.columns";

  private static final int NARROWEST = 40;

  private Terminal() {}

  /**
   * A live bar on a terminal, plain lines elsewhere.
   *
   * @param quiet whether only warnings are printed
   */
  static Progress progress(boolean quiet) {
    if (quiet) {
      return Progress.warnings(System.err);
    }
    int columns = Integer.getInteger(COLUMNS, 0);
    return columns < NARROWEST ? Progress.lines(System.err) : Progress.bars(System.err, columns);
  }
}
