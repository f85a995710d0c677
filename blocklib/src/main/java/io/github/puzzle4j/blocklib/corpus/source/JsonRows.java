package io.github.puzzle4j.blocklib.corpus.source;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.Json;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectReader;

/**
 * Reads rows of JSON one by one: each on a line of its own, or all in one array. Blank lines are
 * skipped. As Python writes them, {@code NaN} and {@code Infinity} are numbers.
 */
final class JsonRows implements RowSource {

  static final ObjectReader ROWS =
      Json.mapper()
          .reader()
          .with(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .without(StreamReadFeature.AUTO_CLOSE_SOURCE);

  private static final ObjectReader ELEMENTS =
      ROWS.without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private final LineReader lines;
  private @Nullable JsonParser array;
  private long row;

  /**
   * Reads a stream in UTF-8, and closes it at the end.
   *
   * @param file for error messages
   */
  JsonRows(Path file, InputStream stream) {
    lines = new LineReader(file, stream);
  }

  @Override
  public Optional<JsonNode> next() throws IOException {
    try {
      return array == null ? line() : element(array);
    } catch (JacksonException failure) {
      throw Json.failure(place(), failure);
    }
  }

  private Optional<JsonNode> line() throws IOException {
    int first = -1;
    while (first < 0) {
      if (!lines.advance()) {
        return Optional.empty();
      }
      first = lines.skipBlanks();
    }
    row++;
    if (row == 1 && first == '[') {
      row = 0;
      lines.join();
      array = ELEMENTS.createParser(lines);
      array.nextToken();
      return element(array);
    }
    return Optional.of(ROWS.readTree(lines));
  }

  private Optional<JsonNode> element(JsonParser array) throws IOException {
    lines.beginRow();
    row++;
    JsonToken token = array.nextToken();
    if (token != null && token != JsonToken.END_ARRAY) {
      return Optional.of(ELEMENTS.readTree(array));
    }
    if (token != null && array.nextToken() != null) {
      throw new InvalidInputException("%s: text follows the array".formatted(place()));
    }
    return Optional.empty();
  }

  @Override
  public String place() {
    return array == null ? lines.place() : "%s, row %d".formatted(lines.place(), row);
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }
}
