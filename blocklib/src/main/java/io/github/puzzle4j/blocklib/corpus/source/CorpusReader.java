package io.github.puzzle4j.blocklib.corpus.source;

import io.github.puzzle4j.blocklib.InputFile;
import io.github.puzzle4j.blocklib.corpus.CorpusRow;
import io.github.puzzle4j.blocklib.corpus.JsonlReader;
import io.github.puzzle4j.blocklib.corpus.RowReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** Reads the rows of several files in sequence; only one file is open at a time. */
public final class CorpusReader implements RowReader {

  private final Queue<Path> waiting;
  private @Nullable RowReader current;
  private Path file;

  private CorpusReader(List<Path> files) {
    waiting = new ArrayDeque<>(files);
    file = files.getFirst();
  }

  /**
   * Reads these files in this order.
   *
   * @param files at least one; the format follows from the name, and is JSON Lines for unknown
   *     names
   */
  public static CorpusReader of(List<Path> files) {
    if (files.isEmpty()) {
      throw new IllegalArgumentException("files is empty: a corpus has at least one");
    }
    return new CorpusReader(files);
  }

  @Override
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
      Optional<CorpusRow> row = current.next();
      if (row.isPresent()) {
        return row;
      }
      current.close();
      current = null;
    }
  }

  /** The current file. */
  public Path file() {
    return file;
  }

  /** The format of a file by its name; the same bytes can be read in several formats. */
  public static String format(Path file) {
    return "%s %s".formatted(FileKind.of(file).orElse(FileKind.JSON_LINES), Compression.of(file));
  }

  @Override
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

  private static RowReader open(Path file) throws IOException {
    InputFile.require(file);
    return switch (FileKind.of(file).orElse(FileKind.JSON_LINES)) {
      case JSON_LINES -> new JsonlReader(file, Compression.open(file));
      case TEXT -> new PlainTextReader(file, Compression.open(file));
      case PARQUET -> ParquetReader.open(file);
    };
  }
}
