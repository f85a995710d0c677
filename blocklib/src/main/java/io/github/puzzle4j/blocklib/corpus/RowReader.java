package io.github.puzzle4j.blocklib.corpus;

import java.io.Closeable;
import java.io.IOException;
import java.util.Optional;

/** Gives the rows of a corpus one after another. Not for use by several threads at a time. */
public interface RowReader extends Closeable {

  /**
   * The next row, or none at the end.
   *
   * @throws io.github.puzzle4j.blocklib.InvalidInputException if what comes next is no row
   */
  Optional<CorpusRow> next() throws IOException;

  /** File and line, or row, that was read last, as messages name it. */
  String place();
}
