package io.github.puzzle4j.blocklib;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * The JSON mapper of all modules. It is strict: a misspelt, missing or repeated key, a number in
 * quotation marks and text after the end are errors.
 */
public final class Json {

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .addModule(new SubblockKinds())
          .build();

  /** Larger than any file that is read whole, and well within the heap. */
  private static final long LARGEST_FILE = 256L << 20;

  private Json() {}

  /** The shared mapper. Its exceptions are unchecked: for files prefer {@link #read}. */
  public static JsonMapper mapper() {
    return MAPPER;
  }

  /**
   * Reads a file.
   *
   * @throws InvalidInputException if the file is missing, larger than 256 MiB or does not hold such
   *     a value, naming file and place
   */
  public static <T> T read(Path file, Class<T> type) throws IOException {
    return parse(file.toString(), bytes(file), type);
  }

  /**
   * Reads a file as a tree.
   *
   * @throws InvalidInputException if the file is missing or not JSON, naming file and place
   */
  public static JsonNode readTree(Path file) throws IOException {
    return read(file, JsonNode.class);
  }

  /**
   * Reads JSON text in UTF-8.
   *
   * @param source what to call the text in messages
   * @throws InvalidInputException if it does not hold such a value, naming source and place
   */
  public static <T> T parse(String source, byte[] text, Class<T> type) throws IOException {
    requireUtf8(source, text);
    try {
      return MAPPER.readValue(text, type);
    } catch (JacksonException failure) {
      throw new InvalidInputException(describe(source, failure), failure);
    }
  }

  /**
   * Converts a tree to a value.
   *
   * @param source what to call the tree in messages
   * @throws InvalidInputException if it does not hold such a value, naming source and place
   */
  public static <T> T bind(String source, JsonNode tree, Class<T> type)
      throws InvalidInputException {
    try {
      return MAPPER.treeToValue(tree, type);
    } catch (JacksonException failure) {
      throw new InvalidInputException(describe(source, failure), failure);
    }
  }

  /**
   * The exception to throw for a failure while a stream was parsed.
   *
   * @param source what to call the text in messages
   */
  public static IOException failure(String source, JacksonException failure) {
    return failure.getCause() instanceof IOException broken
        ? broken
        : new InvalidInputException(describe(source, failure), failure);
  }

  /** The parser itself lets some malformed bytes through. */
  private static void requireUtf8(String source, byte[] text) throws InvalidInputException {
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    ByteBuffer bytes = ByteBuffer.wrap(text);
    CharBuffer characters = CharBuffer.allocate(1 << 13);
    CoderResult result;
    do {
      result = decoder.decode(bytes, characters.clear(), true);
    } while (result.isOverflow());
    if (result.isError()) {
      throw new InvalidInputException(
          "%s: is not in UTF-8, first at byte %d".formatted(source, bytes.position()));
    }
  }

  private static byte[] bytes(Path file) throws IOException {
    long size = Files.size(InputFile.require(file));
    if (size > LARGEST_FILE) {
      throw new InvalidInputException(
          "%s: has %d bytes, JSON is read up to %d".formatted(file, size, LARGEST_FILE));
    }
    return Files.readAllBytes(file);
  }

  /** Place and problem in words for users, without names of Java types. */
  private static String describe(String source, JacksonException failure) {
    StringBuilder message = new StringBuilder(source);
    TokenStreamLocation location = failure.getLocation();
    if (location != null && location.getLineNr() > 0) {
      message.append(
          ", line %d, column %d".formatted(location.getLineNr(), location.getColumnNr()));
    }
    String path = path(failure);
    if (!path.isEmpty()) {
      message.append(", ").append(path);
    }
    return message.append(": ").append(JsonProblem.describe(failure)).toString();
  }

  private static String path(JacksonException failure) {
    StringBuilder path = new StringBuilder();
    for (JacksonException.Reference step : failure.getPath()) {
      if (step.getPropertyName() == null) {
        path.append('[').append(step.getIndex()).append(']');
      } else {
        path.append(path.isEmpty() ? "" : ".").append(step.getPropertyName());
      }
    }
    return path.toString();
  }
}
