package io.github.puzzle4j.search.plan;

import io.github.puzzle4j.blocklib.InvalidInputException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;
import tools.jackson.dataformat.yaml.YAMLParser;

/**
 * The parsed plan: its tree, and the line of each key, which bound records do not keep.
 *
 * @param root the tree
 * @param lines line of each value, by a path such as {@code targets[0].scenario.batch}
 */
record PlanTree(ObjectNode root, Map<String, Integer> lines) {

  /**
   * Parses one YAML document.
   *
   * @param source what to call the text in messages
   * @throws InvalidInputException if it is no YAML, uses tags or aliases, or is not a mapping
   */
  static PlanTree parse(String source, String text, YAMLMapper mapper)
      throws InvalidInputException {
    if (text.length() > Yaml.MAXIMUM_CHARACTERS) {
      throw new InvalidInputException(
          "%s: %d characters are too many for a plan, which may have %d"
              .formatted(source, text.length(), Yaml.MAXIMUM_CHARACTERS));
    }
    try (JsonParser parser = mapper.createParser(text)) {
      Builder builder = new Builder(source, (YAMLParser) parser);
      if (parser.nextToken() == null) {
        throw new InvalidInputException("%s: the plan is empty".formatted(source));
      }
      if (!(builder.value("") instanceof ObjectNode root)) {
        throw new InvalidInputException(
            "%s: a plan is a mapping of keys to values, such as 'schema: 1'".formatted(source));
      }
      if (parser.nextToken() != null) {
        throw new InvalidInputException(
            "%s, line %d: a plan is one document, and here begins a second"
                .formatted(source, parser.currentTokenLocation().getLineNr()));
      }
      return new PlanTree(root, Map.copyOf(builder.lines));
    } catch (JacksonException failure) {
      throw new InvalidInputException(syntaxError(source, failure), failure);
    }
  }

  private static String syntaxError(String source, JacksonException failure) {
    // First what was being read, then where, then what is wrong, then an excerpt with its place.
    List<String> lines =
        String.valueOf(failure.getOriginalMessage())
            .lines()
            .filter(line -> !line.isBlank() && !line.startsWith(" ") && !line.startsWith("in "))
            .toList();
    String message = String.join(": ", lines.subList(0, Math.min(2, lines.size())));
    if (message.startsWith("Version{")) {
      message = "it must be of version 1.2, the default";
    }
    TokenStreamLocation location = failure.getLocation();
    if (location == null || location.getLineNr() < 1) {
      return "%s: not readable as YAML: %s".formatted(source, message);
    }
    return "%s, line %d: not readable as YAML: %s".formatted(source, location.getLineNr(), message);
  }

  /** The line of a value or, if it is absent, of its section. */
  int line(String path) {
    String known = path;
    while (!lines.containsKey(known) && !known.isEmpty()) {
      known =
          known.substring(0, Math.max(0, Math.max(known.lastIndexOf('.'), known.lastIndexOf('['))));
    }
    return lines.getOrDefault(known, 1);
  }

  private static final class Builder {

    private final String source;
    private final YAMLParser parser;
    private final Map<String, Integer> lines = new HashMap<>();

    private Builder(String source, YAMLParser parser) {
      this.source = source;
      this.parser = parser;
    }

    private JsonNode value(String path) throws InvalidInputException {
      refuseTagsAndAliases();
      lines.putIfAbsent(path, parser.currentTokenLocation().getLineNr());
      JsonNodeFactory nodes = JsonNodeFactory.instance;
      @Nullable JsonToken token = parser.currentToken();
      if (token == JsonToken.START_OBJECT) {
        return object(path, nodes.objectNode());
      }
      if (token == JsonToken.START_ARRAY) {
        return array(path, nodes.arrayNode());
      }
      if (token == JsonToken.VALUE_NUMBER_INT) {
        return parser.getNumberType() == JsonParser.NumberType.INT
            ? nodes.numberNode(parser.getIntValue())
            : nodes.numberNode(parser.getBigIntegerValue());
      }
      if (token == JsonToken.VALUE_NUMBER_FLOAT) {
        return nodes.numberNode(parser.getDoubleValue());
      }
      if (token == JsonToken.VALUE_TRUE || token == JsonToken.VALUE_FALSE) {
        return nodes.booleanNode(token == JsonToken.VALUE_TRUE);
      }
      return token == JsonToken.VALUE_STRING
          ? nodes.stringNode(parser.getString())
          : nodes.nullNode();
    }

    private ObjectNode object(String path, ObjectNode object) throws InvalidInputException {
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        String key = parser.currentName();
        String child = path.isEmpty() ? key : path + "." + key;
        lines.put(child, parser.currentTokenLocation().getLineNr());
        parser.nextToken();
        object.set(key, value(child));
      }
      return object;
    }

    private ArrayNode array(String path, ArrayNode array) throws InvalidInputException {
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        array.add(value("%s[%d]".formatted(path, array.size())));
      }
      return array;
    }

    /** Aliases can expand a short file to a large one, and tags change the types of values. */
    private void refuseTagsAndAliases() throws InvalidInputException {
      if (parser.isCurrentAlias() || parser.getObjectId() != null) {
        throw new InvalidInputException(
            "%s, line %d: anchors and aliases are not allowed in a plan"
                .formatted(source, parser.currentTokenLocation().getLineNr()));
      }
      if (parser.getRawTag() != null) {
        throw new InvalidInputException(
            "%s, line %d: the tag %s is not allowed in a plan"
                .formatted(source, parser.currentTokenLocation().getLineNr(), parser.getRawTag()));
      }
    }
  }
}
