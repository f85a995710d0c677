package io.github.puzzle4j.blocklib.task;

import io.github.puzzle4j.blocklib.AtomicFile;
import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Results of tasks in a folder, which several plans and processes may share. The result of a task
 * is {@code <kind>/<digest>.json}, with files that are too large for it in the folder {@code
 * <kind>/<digest>}.
 *
 * <p>A result is written once. The JSON file is written last and holds digests of itself and of the
 * files: an incomplete or changed result is treated as missing and computed again.
 */
public final class TaskStore {

  /** Writes the files of a result. */
  @FunctionalInterface
  public interface FileWriter {
    void write(Path file) throws IOException;
  }

  /** The JSON file of a result. */
  record Manifest(
      int schema,
      String kind,
      int version,
      JsonNode task,
      Map<String, StoredFile> files,
      JsonNode value,
      String digest) {

    Manifest {
      files = new TreeMap<>(files);
    }

    /** The digest over everything else. */
    String contentDigest() {
      return Digests.of(
          Json.mapper()
              .writeValueAsString(new Manifest(schema, kind, version, task, files, value, "")));
    }

    Manifest sealed() {
      return new Manifest(schema, kind, version, task, files, value, contentDigest());
    }
  }

  private static final int SCHEMA = 1;

  private final Path folder;
  private final TaskVersions versions;
  private final Map<TaskKey, StoredResult> checked = new HashMap<>();
  private final Map<TaskKey, Boolean> computed = new HashMap<>();

  /**
   * A store for the algorithm versions of this release.
   *
   * @param folder made when the first result is written
   */
  public TaskStore(Path folder) {
    this(folder, TaskVersions.current());
  }

  /** A store for other algorithm versions. */
  public TaskStore(Path folder, TaskVersions versions) {
    this.folder = folder;
    this.versions = versions;
  }

  /** The folder of all results. */
  public Path folder() {
    return folder;
  }

  /** The key of a task. */
  public TaskKey key(Task task) {
    JsonNode components = Json.mapper().valueToTree(task);
    return new TaskKey(
        task.kind(), digest(name(task.kind()), versions.of(task.kind()), components));
  }

  private static String digest(String kind, int version, JsonNode task) {
    ObjectNode description = Json.mapper().createObjectNode();
    description.put("kind", kind);
    description.put("version", version);
    description.set("task", task);
    return Digests.of(Json.mapper().writeValueAsString(description));
  }

  /**
   * The result of a task, if it is complete and has not changed since it was written. Its files are
   * read once per store to compare their digests.
   */
  public Optional<StoredResult> find(Task task) throws IOException {
    TaskKey key = key(task);
    StoredResult known = checked.get(key);
    if (known == null) {
      Optional<StoredResult> read = read(key);
      if (read.isEmpty()) {
        return Optional.empty();
      }
      known = read.get();
      checked.put(key, known);
      computed.putIfAbsent(key, false);
    }
    return Optional.of(known);
  }

  private Optional<StoredResult> read(TaskKey key) throws IOException {
    Path file = manifestFile(key);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    Manifest manifest;
    try {
      manifest = Json.read(file, Manifest.class);
    } catch (InvalidInputException damaged) {
      return Optional.empty();
    }
    if (manifest.schema() != SCHEMA
        || !manifest.contentDigest().equals(manifest.digest())
        || !digest(manifest.kind(), manifest.version(), manifest.task()).equals(key.digest())) {
      return Optional.empty();
    }
    for (Map.Entry<String, StoredFile> entry : manifest.files().entrySet()) {
      Path stored = filesFolder(key).resolve(entry.getKey());
      if (!matches(stored, entry.getValue())) {
        return Optional.empty();
      }
    }
    return Optional.of(new StoredResult(key, manifest.value(), filesFolder(key), manifest.files()));
  }

  /** Whether a file has the size and the contents that it had when it was written. */
  public static boolean matches(Path file, StoredFile expected) throws IOException {
    return Files.isRegularFile(file)
        && Files.size(file) == expected.bytes()
        && Digests.of(file).equals(expected.sha256());
  }

  /** Size and digest of a file as it is now. */
  public static StoredFile describe(Path file) throws IOException {
    return new StoredFile(Files.size(file), Digests.of(file));
  }

  /** Stores a result without files. */
  public StoredResult write(Task task, Object value) throws IOException {
    return write(task, value, new LinkedHashMap<>());
  }

  /**
   * Stores a result.
   *
   * @param value small data, written as JSON
   * @param files large data, by file name
   */
  public StoredResult write(Task task, Object value, SequencedMap<String, FileWriter> files)
      throws IOException {
    TaskKey key = key(task);
    Map<String, StoredFile> stored = new LinkedHashMap<>();
    for (Map.Entry<String, FileWriter> file : files.entrySet()) {
      Path path = filesFolder(key).resolve(file.getKey());
      file.getValue().write(path);
      stored.put(file.getKey(), describe(path));
    }
    JsonNode tree = Json.mapper().valueToTree(value);
    Manifest manifest =
        new Manifest(
                SCHEMA,
                name(task.kind()),
                versions.of(task.kind()),
                Json.mapper().valueToTree(task),
                stored,
                tree,
                "")
            .sealed();
    AtomicFile.writeString(manifestFile(key), Json.mapper().writeValueAsString(manifest) + "\n");
    StoredResult result = new StoredResult(key, tree, filesFolder(key), stored);
    checked.put(key, result);
    computed.put(key, true);
    return result;
  }

  /** Where the state of an unfinished task may be kept until its result is written. */
  public Path stateFile(Task task) {
    TaskKey key = key(task);
    return folder
        .resolve("unfinished")
        .resolve(name(key.kind()) + "-" + key.digest() + ".training");
  }

  /** What was computed and what was reused since the store was opened. */
  public TaskCounts counts() {
    Map<Task.Kind, Integer> made = new EnumMap<>(Task.Kind.class);
    Map<Task.Kind, Integer> reused = new EnumMap<>(Task.Kind.class);
    computed.forEach((key, now) -> (now ? made : reused).merge(key.kind(), 1, Integer::sum));
    return new TaskCounts(made, reused);
  }

  private Path manifestFile(TaskKey key) {
    return folder.resolve(name(key.kind())).resolve(key.digest() + ".json");
  }

  private Path filesFolder(TaskKey key) {
    return folder.resolve(name(key.kind())).resolve(key.digest());
  }

  private static String name(Task.Kind kind) {
    return kind.name().toLowerCase(Locale.ROOT);
  }
}
