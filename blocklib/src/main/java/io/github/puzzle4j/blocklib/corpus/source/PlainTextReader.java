package io.github.puzzle4j.blocklib.corpus.source;

import io.github.puzzle4j.blocklib.corpus.CorpusRow;
import io.github.puzzle4j.blocklib.corpus.Document;
import io.github.puzzle4j.blocklib.corpus.JsonlReader;
import io.github.puzzle4j.blocklib.corpus.LineReader;
import io.github.puzzle4j.blocklib.corpus.RowReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Reads plain text. A file is one document, unless it is long: then a document ends at the first
 * blank line after {@link #CHARACTERS} characters, or at the end of a line if no blank line follows
 * soon, so that large files are never in memory as a whole. Blank lines around a document are
 * dropped, and line ends become {@code \n}.
 */
final class PlainTextReader implements RowReader {

  /** About 8,000 tokens of English. */
  static final int CHARACTERS = 1 << 15;

  static final int MAX_CHARACTERS = 1 << 20;

  private static final char BYTE_ORDER_MARK = '\ufeff';

  private final Path file;
  private final LineReader lines;
  private long begun = 1;

  PlainTextReader(Path file, InputStream stream) {
    this.file = file;
    lines = new LineReader(file, stream);
  }

  @Override
  public Optional<CorpusRow> next() throws IOException {
    StringBuilder text = new StringBuilder();
    int kept = 0;
    for (String line = lines.next(); line != null; line = lines.next()) {
      if (lines.number() == 1 && !line.isEmpty() && line.charAt(0) == BYTE_ORDER_MARK) {
        line = line.substring(1);
      }
      boolean blank = line.isBlank();
      if (blank && text.isEmpty()) {
        continue;
      }
      if (text.isEmpty()) {
        begun = lines.number();
      }
      text.append(line).append('\n');
      kept = blank ? kept : text.length() - 1;
      if (kept >= (blank ? CHARACTERS : MAX_CHARACTERS)) {
        break;
      }
    }
    if (text.isEmpty()) {
      return Optional.empty();
    }
    Document document = new Document(text.substring(0, kept), JsonlReader.DEFAULT_TASK, List.of());
    return Optional.of(new CorpusRow.Text(document));
  }

  /** Start of the document. */
  @Override
  public String place() {
    return "%s:%d".formatted(file, begun);
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }
}
