package io.github.puzzle4j.blocklib.corpus.tokens;

import io.github.puzzle4j.blocklib.corpus.CorpusRow;
import io.github.puzzle4j.blocklib.corpus.source.CorpusFiles;
import io.github.puzzle4j.blocklib.corpus.source.CorpusReader;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Reads sources of text in turn: the next row is one of the source that has given the fewest tokens
 * so far, the first of equals. All sources so give equally many tokens, up to the length of a
 * document, until one of them ends; the others go on. The rows do not depend on how many are read.
 */
final class SourcesInTurn implements Closeable {

  private static final class Source {

    private final CorpusReader reader;
    private long tokens;
    private boolean ended;

    private Source(CorpusReader reader) {
      this.reader = reader;
    }
  }

  private final List<Source> sources = new ArrayList<>();
  private Source current;

  /**
   * @param files of each source, at least one; nothing is opened yet
   */
  SourcesInTurn(List<CorpusFiles> files) {
    for (CorpusFiles source : files) {
      sources.add(new Source(CorpusReader.of(source.files())));
    }
    current = sources.getFirst();
  }

  /** The next row that is not empty; empty when all sources have ended. */
  Optional<CorpusRow> next() throws IOException {
    while (true) {
      Optional<Source> least =
          sources.stream()
              .filter(source -> !source.ended)
              .min(Comparator.comparingLong(source -> source.tokens));
      if (least.isEmpty()) {
        return Optional.empty();
      }
      current = least.get();
      Optional<CorpusRow> row = current.reader.next();
      if (row.isPresent()) {
        return row;
      }
      current.ended = true;
    }
  }

  /** Counts the tokens that were made of the last row. */
  void give(int tokens) {
    current.tokens += tokens;
  }

  /** The file of the last row. */
  Path file() {
    return current.reader.file();
  }

  /** File and line, or row, of the last row, for error messages. */
  String place() {
    return current.reader.place();
  }

  /** Number of empty rows so far, in all sources. */
  long passedOver() {
    return sources.stream().mapToLong(source -> source.reader.passedOver()).sum();
  }

  @Override
  public void close() throws IOException {
    for (Source source : sources) {
      source.reader.close();
    }
  }
}
