package io.github.puzzle4j.solver.puzzletron;

import io.github.puzzle4j.solver.InvalidProblemException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * A JSON value with its location, for error messages.
 *
 * @param file name of the file
 * @param path from the root, for example {@code [3].args}; empty at the root
 */
record Value(String file, String path, JsonNode node) {

  private static final int MAX_QUOTE_LENGTH = 40;

  /** Above the number of layers of any model; larger indices are rejected. */
  private static final int MAX_LAYERS = 10_000;

  static Value of(String file, JsonNode root) {
    return new Value(file, "", root);
  }

  /** The value of a key; null counts as missing. */
  Optional<Value> find(String key) throws InvalidProblemException {
    JsonNode child = object().get(key);
    return child == null || child.isNull()
        ? Optional.empty()
        : Optional.of(new Value(file, path.isEmpty() ? key : path + "." + key, child));
  }

  /** The value of a required key. */
  Value get(String key) throws InvalidProblemException {
    Optional<Value> value = find(key);
    if (value.isEmpty()) {
      throw wrong("'%s' is missing".formatted(key));
    }
    return value.get();
  }

  Collection<String> keys() throws InvalidProblemException {
    return object().propertyNames();
  }

  boolean isObject() {
    return node.isObject();
  }

  /** The elements of a list. */
  List<Value> items() throws InvalidProblemException {
    if (!node.isArray()) {
      throw unexpected("a list");
    }
    List<Value> items = new ArrayList<>();
    for (JsonNode item : node.values()) {
      items.add(new Value(file, "%s[%d]".formatted(path, items.size()), item));
    }
    return items;
  }

  String text() throws InvalidProblemException {
    if (!node.isString()) {
      throw unexpected("a string");
    }
    return node.stringValue();
  }

  boolean flag() throws InvalidProblemException {
    if (!node.isBoolean()) {
      throw unexpected("true or false");
    }
    return node.booleanValue();
  }

  /** A number, possibly NaN or infinite. */
  double number() throws InvalidProblemException {
    if (!node.isNumber()) {
      throw unexpected("a number");
    }
    return node.asDouble(Double.POSITIVE_INFINITY);
  }

  int wholeNumber() throws InvalidProblemException {
    if (!node.isIntegralNumber() || !node.canConvertToInt()) {
      throw unexpected("a whole number");
    }
    return node.intValue();
  }

  /** A list of consecutive layers, ascending. */
  List<Integer> layers() throws InvalidProblemException {
    List<Integer> layers = new ArrayList<>();
    for (Value item : items()) {
      int layer = item.wholeNumber();
      if (layer < 0 || layer >= MAX_LAYERS) {
        throw item.wrong("layer %d is not within 0 to %d".formatted(layer, MAX_LAYERS - 1));
      }
      if (!layers.isEmpty() && layer != layers.getLast() + 1) {
        throw wrong(
            "the layers %s are not consecutive; only replacements of consecutive layers are supported"
                .formatted(quoted(node)));
      }
      layers.add(layer);
    }
    if (layers.isEmpty()) {
      throw wrong("names no layer");
    }
    return List.copyOf(layers);
  }

  /** An exception for an error at this location. */
  InvalidProblemException wrong(String message) {
    return new InvalidProblemException(
        path.isEmpty() ? file + ": " + message : "%s: %s: %s".formatted(file, path, message));
  }

  private JsonNode object() throws InvalidProblemException {
    if (!node.isObject()) {
      throw unexpected("an object");
    }
    return node;
  }

  private InvalidProblemException unexpected(String expected) {
    return wrong("expected %s, found %s".formatted(expected, describe()));
  }

  private String describe() {
    return switch (node.getNodeType()) {
      case ARRAY -> "a list";
      case OBJECT, POJO -> "an object";
      case STRING, BINARY -> "the string " + quoted(node);
      case NUMBER -> "the number " + quoted(node);
      case BOOLEAN -> node.toString();
      case NULL, MISSING -> "null";
    };
  }

  private static String quoted(JsonNode node) {
    return quoted(node.toString());
  }

  /** Text from a file, quoted for a message. */
  static String quoted(String text) {
    String line = text.replaceAll("\\p{Cntrl}", "?");
    return line.length() <= MAX_QUOTE_LENGTH ? line : line.substring(0, MAX_QUOTE_LENGTH) + "...";
  }
}
