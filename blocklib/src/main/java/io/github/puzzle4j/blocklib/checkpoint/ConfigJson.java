package io.github.puzzle4j.blocklib.checkpoint;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * One object of a {@code config.json}, read with checks. An absent key and a null value are the
 * same.
 *
 * @param where file and path of the object, for messages
 */
record ConfigJson(String where, JsonNode node) {

  /** Larger than in any real model, and small enough that products of two stay within a long. */
  private static final int LARGEST_SIZE = 100_000_000;

  ConfigJson {
    if (!node.isObject()) {
      throw new IllegalArgumentException("%s is not a JSON object".formatted(where));
    }
  }

  static ConfigJson of(String where, JsonNode node) throws InvalidInputException {
    if (!node.isObject()) {
      throw new InvalidInputException(
          "%s: must be a JSON object, is %s".formatted(where, kind(node)));
    }
    return new ConfigJson(where, node);
  }

  Optional<JsonNode> get(String key) {
    return Optional.ofNullable(node.get(key)).filter(value -> !value.isNull());
  }

  int size(String key) throws InvalidInputException {
    return size(key, required(key), LARGEST_SIZE);
  }

  int size(String key, int otherwise) throws InvalidInputException {
    Optional<JsonNode> value = get(key);
    return value.isEmpty() ? otherwise : size(key, value.get(), LARGEST_SIZE);
  }

  int sizeUpTo(String key, int largest) throws InvalidInputException {
    return size(key, required(key), largest);
  }

  private int size(String key, JsonNode value, int largest) throws InvalidInputException {
    if (!value.isIntegralNumber()
        || !value.canConvertToInt()
        || value.intValue() < 1
        || value.intValue() > largest) {
      throw invalid("%s=%s must be a whole number from 1 to %d".formatted(key, value, largest));
    }
    return value.intValue();
  }

  private JsonNode required(String key) throws InvalidInputException {
    return get(key).orElseThrow(() -> invalid("needs '%s'".formatted(key)));
  }

  double number(String key) throws InvalidInputException {
    return number(key, required(key));
  }

  double number(String key, double otherwise) throws InvalidInputException {
    Optional<JsonNode> value = get(key);
    return value.isEmpty() ? otherwise : number(key, value.get());
  }

  private double number(String key, JsonNode value) throws InvalidInputException {
    if (!value.isNumber() || !Double.isFinite(value.doubleValue())) {
      throw invalid("%s=%s must be a finite number".formatted(key, value));
    }
    return value.doubleValue();
  }

  boolean flag(String key) throws InvalidInputException {
    Optional<JsonNode> value = get(key);
    if (value.isPresent() && !value.get().isBoolean()) {
      throw invalid("%s=%s must be true or false".formatted(key, value.get()));
    }
    return value.isPresent() && value.get().booleanValue();
  }

  Optional<String> text(String key) throws InvalidInputException {
    Optional<JsonNode> value = get(key);
    if (value.isPresent() && !value.get().isString()) {
      throw invalid("%s=%s must be a string".formatted(key, value.get()));
    }
    return value.map(JsonNode::stringValue);
  }

  Optional<ConfigJson> object(String key) throws InvalidInputException {
    Optional<JsonNode> value = get(key);
    return value.isEmpty()
        ? Optional.empty()
        : Optional.of(of("%s, %s".formatted(where, key), value.get()));
  }

  /** A list; an empty one if it is absent. */
  JsonNode list(String key) throws InvalidInputException {
    Optional<JsonNode> value = get(key);
    if (value.isPresent() && !value.get().isArray()) {
      throw invalid("%s must be a list, not %s".formatted(key, abbreviate(value.get())));
    }
    return value.orElseGet(Json.mapper()::createArrayNode);
  }

  /** A list of strings; an empty one if it is absent. */
  List<String> texts(String key) throws InvalidInputException {
    List<String> texts = new ArrayList<>();
    for (JsonNode item : list(key)) {
      if (!item.isString()) {
        throw invalid("%s holds %s; it must hold strings".formatted(key, abbreviate(item)));
      }
      texts.add(item.stringValue());
    }
    return texts;
  }

  /** Token ids: absent, one or a list. */
  List<Integer> tokens(String key) throws InvalidInputException {
    List<Integer> tokens = new ArrayList<>();
    Optional<JsonNode> value = get(key);
    if (value.isPresent()) {
      for (JsonNode token : value.get().isArray() ? value.get() : List.of(value.get())) {
        if (!token.isIntegralNumber() || !token.canConvertToInt() || token.intValue() < 0) {
          throw invalid("%s=%s must be a token id or a list of them".formatted(key, value.get()));
        }
        tokens.add(token.intValue());
      }
    }
    return tokens;
  }

  InvalidInputException invalid(String problem) {
    return new InvalidInputException("%s: %s".formatted(where, problem));
  }

  /** A value as messages show it. */
  static String abbreviate(JsonNode value) {
    String text = value.toString();
    return text.length() <= 40 ? text : text.substring(0, 40) + "...";
  }

  private static String kind(JsonNode node) {
    return node.getNodeType().name().toLowerCase(java.util.Locale.ROOT);
  }
}
