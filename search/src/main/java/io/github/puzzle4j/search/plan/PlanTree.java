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
 * The parsed plan: its tree, and the place of each key, which bound records do not keep.
 *
 * @param source name of the plan, for messages
 * @param root the tree
 * @param places where each value is written, by a path such as {@code targets[0].scenario.batch}
 */
record PlanTree(String source, ObjectNode root, Map<String, String> places) {

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
      return new PlanTree(source, root, Map.copyOf(builder.places));
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

  /** Where a value is written or, if it is absent, its section. */
  String place(String path) {
    String known = path;
    while (!places.containsKey(known) && !known.isEmpty()) {
      known =
          known.substring(0, Math.max(0, Math.max(known.lastIndexOf('.'), known.lastIndexOf('['))));
    }
    return places.getOrDefault(known, source + ", line 1");
  }

  /** The same without one of the keys of the root. */
  PlanTree without(String key) {
    ObjectNode rest = root.deepCopy();
    rest.remove(key);
    return new PlanTree(source, rest, places);
  }

  /**
   * The same with values replaced, in this order.
   *
   * @param defaults sections of a plan
   * @throws InvalidInputException if a path does not fit the plan
   */
  PlanTree with(List<PlanSetting> settings, JsonNode defaults) throws InvalidInputException {
    ObjectNode changed = root.deepCopy();
    Map<String, String> known = new HashMap<>(places);
    for (PlanSetting setting : settings) {
      for (String path : setting.path().set(changed, defaults, setting.value(), setting.place())) {
        known.keySet().removeIf(old -> old.startsWith(path + ".") || old.startsWith(path + "["));
        known.put(path, setting.place());
      }
    }
    return new PlanTree(source, changed, Map.copyOf(known));
  }

  private static final class Builder {

    private final String source;
    private final YAMLParser parser;
    private final Map<String, String> places = new HashMap<>();

    private Builder(String source, YAMLParser parser) {
      this.source = source;
      this.parser = parser;
    }

    private String here() {
      return "%s, line %d".formatted(source, parser.currentTokenLocation().getLineNr());
    }

    private JsonNode value(String path) throws InvalidInputException {
      refuseTagsAndAliases();
      places.putIfAbsent(path, here());
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
        places.put(child, here());
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
        throw new InvalidInputException(here() + ": anchors and aliases are not allowed in a plan");
      }
      if (parser.getRawTag() != null) {
        throw new InvalidInputException(
            "%s: the tag %s is not allowed in a plan".formatted(here(), parser.getRawTag()));
      }
    }
  }
}
