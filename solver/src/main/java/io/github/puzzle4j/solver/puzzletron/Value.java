package io.github.puzzle4j.solver.puzzletron;

import io.github.puzzle4j.solver.InvalidProblemException;
import io.github.puzzle4j.solver.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JsonNode;

/**
 * A place in a file, so that every complaint can say where. Files are JSON as Python's {@code json}
 * module has it: strict, but for bare NaN and Infinity.
 *
 * @param file name of the file
 * @param path from the root, for example {@code [3].args}; empty at the root
 */
record Value(String file, String path, JsonNode node) {

  /** A whole score file of a model with 100 layers is about a thousandth of this. */
  private static final long LARGEST_FILE_BYTES = 512L << 20;

  /** Above the number of layers of any model; larger indices are rejected. */
  private static final int MAX_LAYERS = 10_000;

  static Value of(String file, JsonNode root) {
    return new Value(file, "", root);
  }

  /**
   * The content of a file that must be there.
   *
   * @throws InvalidProblemException if it is missing, too large or no JSON
   */
  static Value read(Path file) throws IOException {
    Optional<Value> value = readIfThere(file);
    if (value.isEmpty()) {
      throw new InvalidProblemException(file + ": no such file");
    }
    return value.get();
  }

  /**
   * The content of a file, if there is one of that name.
   *
   * @throws InvalidProblemException if it is too large or no JSON
   */
  static Optional<Value> readIfThere(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    if (Files.size(file) > LARGEST_FILE_BYTES) {
      throw new InvalidProblemException(
          "%s: %d bytes; files of more than %d are not read"
              .formatted(file, Files.size(file), LARGEST_FILE_BYTES));
    }
    try {
      return Optional.of(of(file.toString(), Json.tree(Files.readAllBytes(file))));
    } catch (InvalidProblemException e) {
      throw new InvalidProblemException(file + ": " + e.getMessage(), e);
    }
  }

  /**
   * Hands over the elements of a file that is a list, one by one, so that a large file need not be
   * in memory. Nothing is handed over if there is no file of that name.
   *
   * @throws InvalidProblemException if it is no list, or no JSON
   */
  static void readList(Path file, Elements elements) throws IOException {
    if (!Files.isRegularFile(file)) {
      return;
    }
    try (JsonParser parser = Json.parser(file)) {
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
      throw new InvalidProblemException(file + ": " + Json.malformed(e).getMessage(), e);
    }
  }

  /** Takes the elements of a list. */
  @FunctionalInterface
  interface Elements {
    void accept(Value element) throws IOException;
  }

  /** The value of a key; null in the file counts as missing. */
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

  /** Whether a key is present and true. */
  boolean flag(String key) throws InvalidProblemException {
    Optional<Value> value = find(key);
    return value.isPresent() && value.get().flag();
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
                .formatted(Json.quoted(node.toString())));
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
    return wrong("expected %s, found %s".formatted(expected, Json.describe(node, "a list")));
  }
}
