package io.github.puzzle4j.blocklib.corpus.source;

import io.github.puzzle4j.blocklib.corpus.CorpusRow;
import io.github.puzzle4j.blocklib.corpus.RowParser;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Reads the rows of several files in sequence; only one file is open at a time. Empty rows are
 * passed over. Not thread-safe.
 */
public final class CorpusReader implements Closeable {

  private final Queue<Path> waiting;
  private @Nullable RowSource current;
  private Path file;
  private long passedOver;

  private CorpusReader(List<Path> files) {
    waiting = new ArrayDeque<>(files);
    file = files.getFirst();
  }

  /**
   * Reads these files in this order.
   *
   * @param files at least one; the format follows from the name, and is JSON for unknown names
   */
  public static CorpusReader of(List<Path> files) {
    if (files.isEmpty()) {
      throw new IllegalArgumentException("files is empty: a corpus has at least one");
    }
    return new CorpusReader(files);
  }

  /**
   * Returns the next row that is not empty; empty at the end.
   *
   * @throws InvalidInputException if the next row is invalid
   */
  public Optional<CorpusRow> next() throws IOException {
    while (true) {
      if (current == null) {
        Path next = waiting.poll();
        if (next == null) {
          return Optional.empty();
        }
        file = next;
        current = open(next);
      }
      Optional<JsonNode> node = current.next();
      if (node.isEmpty()) {
        current.close();
        current = null;
        continue;
      }
      Optional<CorpusRow> row = new RowParser(current.place()).row(node.get());
      if (row.isPresent()) {
        return row;
      }
      passedOver++;
    }
  }

  /** Number of empty rows so far: of no text, no ids or no messages. */
  public long passedOver() {
    return passedOver;
  }

  /** The current file. */
  public Path file() {
    return file;
  }

  /** The format of a file by its name; the same bytes can be read in several formats. */
  public static String format(Path file) {
    return "%s %s".formatted(FileKind.of(file).orElse(FileKind.JSON), Compression.of(file));
  }

  /** File and line, or row, of the last row read, for error messages. */
  public String place() {
    return current == null ? file.toString() : current.place();
  }

  @Override
  public void close() throws IOException {
    waiting.clear();
    if (current != null) {
      current.close();
      current = null;
    }
  }

  private static RowSource open(Path file) throws IOException {
    return switch (FileKind.of(file).orElse(FileKind.JSON)) {
      case JSON -> new JsonRows(file, Compression.open(file));
      case TEXT -> new PlainTextReader(file, Compression.open(file));
      case PARQUET -> ParquetReader.open(file);
      case ARROW -> ArrowReader.open(file);
    };
  }
}
