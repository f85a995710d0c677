package io.github.puzzle4j.blocklib.corpus.source;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * Reads plain text. A file is one document, unless it is long: then a document ends at the first
 * blank line after {@link #CHARACTERS} characters, or at the end of a line if no blank line follows
 * soon, so that large files are never in memory as a whole. Blank lines around a document are
 * dropped, and line ends become {@code \n}.
 */
final class PlainTextReader implements RowSource {

  /** About 8,000 tokens of English. */
  static final int CHARACTERS = 1 << 15;

  static final int MAX_CHARACTERS = 1 << 20;

  private final Path file;
  private final LineReader lines;
  private long begun = 1;

  PlainTextReader(Path file, InputStream stream) {
    this.file = file;
    lines = new LineReader(file, stream);
  }

  @Override
  public Optional<JsonNode> next() throws IOException {
    StringBuilder text = new StringBuilder();
    int kept = 0;
    for (String line = lines.next(); line != null; line = lines.next()) {
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
    JsonNodeFactory nodes = JsonNodeFactory.instance;
    return Optional.of(nodes.objectNode().put("text", text.substring(0, kept)));
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
