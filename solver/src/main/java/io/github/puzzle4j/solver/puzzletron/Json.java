package io.github.puzzle4j.solver.puzzletron;

import io.github.puzzle4j.solver.InvalidProblemException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** JSON as read by Python's {@code json} module: strict, except for bare NaN and Infinity. */
final class Json {

  /** About a thousand times the size of a score file for a model with 100 layers. */
  private static final long MAX_FILE_BYTES = 512L << 20;

  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
                  .disable(JsonWriteFeature.WRITE_NAN_AS_STRINGS)
                  .build())
          .enable(
              DeserializationFeature.FAIL_ON_TRAILING_TOKENS,
              DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .build();

  private Json() {}

  static JsonMapper mapper() {
    return MAPPER;
  }

  /**
   * Reads a file that must exist.
   *
   * @throws InvalidProblemException if it is missing, too large or not JSON
   */
  static Value read(Path file) throws IOException {
    Optional<Value> value = readIfThere(file);
    if (value.isEmpty()) {
      throw new InvalidProblemException(file + ": no such file");
    }
    return value.get();
  }

  /**
   * Reads a file if it exists.
   *
   * @throws InvalidProblemException if it is too large or not JSON
   */
  static Optional<Value> readIfThere(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    if (Files.size(file) > MAX_FILE_BYTES) {
      throw new InvalidProblemException(
          "%s: %d bytes; files of more than %d are not read"
              .formatted(file, Files.size(file), MAX_FILE_BYTES));
    }
    return Optional.of(Value.of(file.toString(), tree(file)));
  }

  /**
   * Streams the elements of a file that contains a list, so that a large file need not fit into
   * memory. A missing file has no elements.
   *
   * @throws InvalidProblemException if it is not a JSON list
   */
  static void readList(Path file, Elements elements) throws IOException {
    if (!Files.isRegularFile(file)) {
      return;
    }
    try (JsonParser parser = MAPPER.createParser(file)) {
      JsonToken start = parser.nextToken();
      if (start != JsonToken.START_ARRAY) {
        throw new InvalidProblemException(
            file + (start == null ? ": the file is empty" : ": expected a list of objects"));
      }
      int index = 0;
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        JsonNode element = parser.readValueAsTree();
        elements.accept(new Value(file.toString(), "[%d]".formatted(index), element));
        index++;
      }
    } catch (JacksonException e) {
      throw malformed(file, e);
    }
  }

  /** Callback for the elements of a list. */
  @FunctionalInterface
  interface Elements {
    void accept(Value element) throws IOException;
  }

  private static JsonNode tree(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    try {
      JsonNode tree = MAPPER.readTree(bytes);
      if (tree.isMissingNode()) {
        throw new InvalidProblemException(file + ": the file is empty");
      }
      return tree;
    } catch (JacksonException e) {
      throw malformed(file, e);
    }
  }

  private static InvalidProblemException malformed(Path file, JacksonException e) {
    String message = e.getOriginalMessage().lines().findFirst().orElse("malformed");
    String at =
        e.getLocation() == null
            ? ""
            : " (line %d, column %d)"
                .formatted(e.getLocation().getLineNr(), e.getLocation().getColumnNr());
    return new InvalidProblemException("%s: not valid JSON: %s%s".formatted(file, message, at), e);
  }
}
