package io.github.puzzle4j.blocklib.task;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * A result in the store whose digests have been checked.
 *
 * @param key of the task
 * @param value small data: statistics, scores
 * @param folder of the files
 * @param files large data, by file name
 */
public record StoredResult(
    TaskKey key, JsonNode value, Path folder, Map<String, StoredFile> files) {

  public StoredResult {
    files = Map.copyOf(files);
  }

  /**
   * The value as a record.
   *
   * @throws InvalidInputException if it is no such record
   */
  public <T> T value(Class<T> type) throws IOException {
    return Json.parse(key.toString(), Json.mapper().writeValueAsBytes(value), type);
  }

  /**
   * One of the files.
   *
   * @throws IllegalArgumentException if the result has no such file
   */
  public Path file(String name) {
    if (!files.containsKey(name)) {
      throw new IllegalArgumentException("%s has no file %s".formatted(key, name));
    }
    return folder.resolve(name);
  }
}
