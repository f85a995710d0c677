package io.github.puzzle4j.blocklib.corpus;

import java.io.Closeable;
import java.io.IOException;
import java.util.Optional;

/** Reads the rows of a corpus one by one. Not thread-safe. */
public interface RowReader extends Closeable {

  /**
   * Returns the next row; empty at the end.
   *
   * @throws io.github.puzzle4j.blocklib.InvalidInputException if the next row is invalid
   */
  Optional<CorpusRow> next() throws IOException;

  /** File and line, or row, of the last row read, for error messages. */
  String place();
}
