package io.github.puzzle4j.blocklib.corpus.source;

import java.io.Closeable;
import java.io.IOException;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** Reads the rows of one file as JSON, whatever its format. */
interface RowSource extends Closeable {

  /**
   * Returns the next row; empty at the end.
   *
   * @throws io.github.puzzle4j.blocklib.InvalidInputException if the file is corrupt
   */
  Optional<JsonNode> next() throws IOException;

  /** File and line, or row, of the last row read, for error messages. */
  String place();
}
