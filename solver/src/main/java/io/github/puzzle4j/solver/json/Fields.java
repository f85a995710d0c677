package io.github.puzzle4j.solver.json;

import io.github.puzzle4j.solver.InvalidProblemException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** Reads the fields of a JSON object; error messages contain the location. */
final class Fields {

  private final String where;
  private final JsonNode object;

  private Fields(String where, JsonNode object) {
    this.where = where;
    this.object = object;
  }

  /**
   * @param where name of the object for error messages
   * @param known the only valid keys; empty if all are valid
   */
  static Fields of(String where, JsonNode node, List<String> known) throws InvalidProblemException {
    if (!node.isObject()) {
      throw new InvalidProblemException(
          "%s: expected an object, found %s".formatted(where, describe(node)));
    }
    for (String key : node.propertyNames()) {
      if (!known.isEmpty() && !known.contains(key)) {
        throw new InvalidProblemException(
            "%s: unknown key '%s'%s".formatted(where, Json.quoted(key), suggestion(key, known)));
      }
    }
    return new Fields(where, node);
  }

  boolean has(String key) {
    return object.has(key);
  }

  Collection<String> keys() {
    return object.propertyNames();
  }

  JsonNode required(String key) throws InvalidProblemException {
    JsonNode node = object.get(key);
    if (node == null) {
      throw new InvalidProblemException("%s: '%s' is missing".formatted(where, key));
    }
    return node;
  }

  String text(String key) throws InvalidProblemException {
    JsonNode node = required(key);
    if (!node.isString()) {
      throw unexpected(key, "a string", node);
    }
    return node.stringValue();
  }

  /** The strings of an array. */
  List<String> texts(String key) throws InvalidProblemException {
    List<String> texts = new ArrayList<>();
    for (JsonNode node : array(key)) {
      if (!node.isString()) {
        throw new InvalidProblemException(
            "%s[%d]: expected a string, found %s"
                .formatted(path(key), texts.size(), describe(node)));
      }
      texts.add(node.stringValue());
    }
    return texts;
  }

  int wholeNumber(String key) throws InvalidProblemException {
    return wholeNumber(path(key), required(key));
  }

  double number(String key) throws InvalidProblemException {
    return number(path(key), required(key));
  }

  /** The elements of an array. */
  List<JsonNode> array(String key) throws InvalidProblemException {
    JsonNode node = required(key);
    if (!node.isArray()) {
      throw unexpected(key, "an array", node);
    }
    return List.copyOf(node.values());
  }

  /** Numbers by name. */
  Map<String, Double> numbers(String key) throws InvalidProblemException {
    Fields fields = Fields.of(path(key), required(key), List.of());
    Map<String, Double> numbers = new LinkedHashMap<>();
    for (String name : fields.keys()) {
      numbers.put(name, fields.number(name));
    }
    return numbers;
  }

  static int wholeNumber(String where, JsonNode node) throws InvalidProblemException {
    if (!node.isIntegralNumber() || !node.canConvertToInt()) {
      throw new InvalidProblemException(
          "%s: expected a whole number, found %s".formatted(where, describe(node)));
    }
    return node.intValue();
  }

  private static double number(String where, JsonNode node) throws InvalidProblemException {
    if (!node.isNumber()) {
      throw new InvalidProblemException(
          "%s: expected a number, found %s".formatted(where, describe(node)));
    }
    double value = node.asDouble(Double.POSITIVE_INFINITY);
    if (Double.isNaN(value)) {
      throw new InvalidProblemException("%s: expected a finite number, found NaN".formatted(where));
    }
    if (!Double.isFinite(value)) {
      throw new InvalidProblemException(
          "%s: the number %s is too large".formatted(where, Json.quoted(node.toString())));
    }
    return value;
  }

  private String path(String key) {
    return where + "." + key;
  }

  private InvalidProblemException unexpected(String key, String expected, JsonNode node) {
    return new InvalidProblemException(
        "%s: expected %s, found %s".formatted(path(key), expected, describe(node)));
  }

  private static String describe(JsonNode node) {
    return Json.describe(node, "an array");
  }

  private static String suggestion(String key, List<String> known) {
    return NearestName.find(key, known)
        .map("; did you mean '%s'?"::formatted)
        .orElse("; known are " + String.join(", ", known));
  }
}
