package io.github.puzzle4j.blocklib.corpus;

import io.github.puzzle4j.blocklib.Json;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * Reads a JSON Lines corpus row by row; see {@link RowParser} for the format of rows. Blank lines
 * are skipped. Errors name file and line.
 */
public final class JsonlReader implements RowReader {

  /** Task of rows without the key. */
  public static final String DEFAULT_TASK = RowParser.DEFAULT_TASK;

  private final LineReader lines;

  /**
   * Reads a stream in UTF-8, and closes it at the end.
   *
   * @param file for error messages
   */
  public JsonlReader(Path file, InputStream stream) {
    lines = new LineReader(file, stream);
  }

  @Override
  public Optional<CorpusRow> next() throws IOException {
    String text = lines.next();
    while (text != null && text.isBlank()) {
      text = lines.next();
    }
    if (text == null) {
      return Optional.empty();
    }
    JsonNode row = Json.parse(place(), text.getBytes(StandardCharsets.UTF_8), JsonNode.class);
    return Optional.of(new RowParser(place()).row(row));
  }

  @Override
  public String place() {
    return lines.place();
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }
}
