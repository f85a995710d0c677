package io.github.puzzle4j.solver.json;

import io.github.puzzle4j.solver.InvalidProblemException;
import java.nio.file.Path;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The module's only JSON mapper; it rejects duplicate keys and trailing tokens. It accepts {@code
 * NaN} and {@code Infinity}, so that {@link Fields} can report them with their location.
 */
public final class Json {

  private static final int LONGEST_QUOTE = 40;

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
          .build();

  private Json() {}

  /**
   * The value that a text is.
   *
   * @throws InvalidProblemException if it is none
   */
  public static JsonNode tree(byte[] text) throws InvalidProblemException {
    try {
      JsonNode tree = MAPPER.readTree(text);
      if (tree.isMissingNode()) {
        throw new InvalidProblemException("the file is empty");
      }
      return tree;
    } catch (JacksonException e) {
      throw malformed(e);
    }
  }

  /** Reads a file piece by piece; what it throws {@link #malformed} explains. */
  public static JsonParser parser(Path file) {
    return MAPPER.createParser(file);
  }

  /** The complaint that a text is no JSON, without the name of its file. */
  public static InvalidProblemException malformed(JacksonException e) {
    String message = e.getOriginalMessage().lines().findFirst().orElse("malformed");
    String at =
        e.getLocation() == null
            ? ""
            : " (line %d, column %d)"
                .formatted(e.getLocation().getLineNr(), e.getLocation().getColumnNr());
    return new InvalidProblemException("not valid JSON: " + plain(message) + at, e);
  }

  /** The parser's message without what it would say to a programmer. */
  private static String plain(String message) {
    if (message.startsWith("Unexpected end-of-input")) {
      return "Unexpected end-of-input: the text is cut off";
    }
    if (message.contains("CTRL-CHAR")) {
      return "a control character, which JSON does not allow here";
    }
    return message
        .replaceFirst("^Unrecognized token '([^']{0,60}).*", "'$1' is no JSON value")
        .replaceFirst("^Unexpected character \\(('.').*", "unexpected character $1")
        .replaceAll("\\[Source:[^]]*]|[ ;(]+[^;(]*`\\w+Feature.*$", "");
  }

  /** An object without fields. */
  public static ObjectNode object() {
    return MAPPER.createObjectNode();
  }

  /** An array without elements. */
  public static ArrayNode array() {
    return MAPPER.createArrayNode();
  }

  /** A value as JSON; records have the keys that their annotations state. */
  static JsonNode node(Object value) {
    return MAPPER.valueToTree(value);
  }

  /** The value on lines for people. */
  public static String pretty(JsonNode value) {
    return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(value);
  }

  /**
   * What a complaint calls a value.
   *
   * @param array what it calls an array
   */
  public static String describe(JsonNode node, String array) {
    return switch (node.getNodeType()) {
      case ARRAY -> array;
      case OBJECT, POJO -> "an object";
      case STRING, BINARY -> "the string " + quoted(node.toString());
      case NUMBER -> "the number " + quoted(node.toString());
      case BOOLEAN -> node.toString();
      case NULL, MISSING -> "null";
    };
  }

  /** Text of a file as a complaint may show it. */
  public static String quoted(String text) {
    String line = text.replaceAll("\\p{Cntrl}", "?");
    return line.length() <= LONGEST_QUOTE ? line : line.substring(0, LONGEST_QUOTE) + "...";
  }
}
