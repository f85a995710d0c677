package io.github.puzzle4j.blocklib.task;

import io.github.puzzle4j.blocklib.AtomicFile;
import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.Json;
import java.io.IOException;
import java.nio.file.Path;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * JSON files that are recognised when they were changed: their key {@code digest} is the SHA-256 of
 * the object's text with an empty digest.
 */
public final class SealedJson {

  private static final String DIGEST = "digest";

  private SealedJson() {}

  /**
   * Writes a record, which has no component {@code digest}.
   *
   * @throws IllegalArgumentException if it has one
   */
  public static void write(Path file, Object value) throws IOException {
    ObjectNode tree = Json.mapper().valueToTree(value);
    if (tree.has(DIGEST)) {
      throw new IllegalArgumentException("%s has a digest of its own".formatted(value.getClass()));
    }
    tree.put(DIGEST, digest(tree));
    AtomicFile.writeString(file, Json.mapper().writeValueAsString(tree) + "\n");
  }

  /**
   * Reads a record that {@link #write} wrote.
   *
   * @throws InvalidInputException if the file is missing, is not what was written, or holds another
   *     kind of record
   */
  public static <T> T read(Path file, Class<T> type) throws IOException {
    JsonNode tree = Json.readTree(file);
    String expected = tree.path(DIGEST).asString("");
    if (!(tree instanceof ObjectNode object) || !digest(object).equals(expected)) {
      throw new InvalidInputException("%s: changed since it was written".formatted(file));
    }
    object.remove(DIGEST);
    return Json.bind(file.toString(), object, type);
  }

  private static String digest(ObjectNode tree) {
    tree.put(DIGEST, "");
    return Digests.of(Json.mapper().writeValueAsString(tree));
  }
}
