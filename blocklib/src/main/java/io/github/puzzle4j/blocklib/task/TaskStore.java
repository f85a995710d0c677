package io.github.puzzle4j.blocklib.task;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.Json;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Results of tasks in a folder, which several plans may share. The result of a task is {@code
 * <kind>/<digest>.json}, with files that are too large for it in the folder {@code
 * <kind>/<digest>}.
 *
 * <p>A result is written once. The JSON file is written last and holds digests of itself and of the
 * files: a result that is incomplete, changed, unreadable or impossible is treated as missing and
 * computed again.
 */
public final class TaskStore {

  /** Writes the files of a result. */
  @FunctionalInterface
  public interface FileWriter {
    void write(Path file) throws IOException;
  }

  /**
   * The JSON file of a result.
   *
   * @param schema version of this file
   * @param kind of the task
   * @param version of the algorithm
   * @param task its record
   * @param files large data, by file name
   * @param value small data
   */
  public record Manifest(
      int schema,
      String kind,
      int version,
      JsonNode task,
      Map<String, StoredFile> files,
      JsonNode value) {

    public Manifest {
      files = new TreeMap<>(files);
      if (files.containsValue(null) || !files.keySet().stream().allMatch(Manifest::isName)) {
        throw new IllegalArgumentException("files " + files);
      }
    }

    /** The key of the task, see {@link TaskKey#digest}. */
    public String key() {
      return TaskStore.digest(kind, version, task);
    }

    /** Whether it is a file in the result's folder. */
    private static boolean isName(String name) {
      return name.matches("[A-Za-z0-9_-][A-Za-z0-9._-]*");
    }
  }

  private static final int SCHEMA = 1;
  private static final String UNFINISHED = "unfinished";
  private static final String DIGESTS = "digests.json";
  private static final String KINDS = kinds();

  private final Path folder;
  private final TaskVersions versions;
  private final Consumer<String> warnings;
  private final Map<TaskKey, StoredResult> checked = new HashMap<>();
  private final Set<TaskKey> damaged = new HashSet<>();
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
    this(folder, versions, line -> {});
  }

  /**
   * The same.
   *
   * @param warnings receives a line for each result that is damaged and therefore computed again
   */
  public TaskStore(Path folder, TaskVersions versions, Consumer<String> warnings) {
    this.folder = folder;
    this.versions = versions;
    this.warnings = warnings;
  }

  /**
   * Takes the folder of a store for this process.
   *
   * @param warnings receives a line for each file of it that is made again
   * @throws InvalidInputException if another process works in it
   */
  public static OwnedFolder own(Path folder, Consumer<String> warnings) throws IOException {
    return OwnedFolder.open(
        folder,
        new OwnedFolder.Layout(
            List.of(KINDS, UNFINISHED, KINDS + "/*"),
            List.of(DIGESTS, KINDS + "/*.json", KINDS + "/*/*", UNFINISHED + "/*.training")),
        warnings);
  }

  private static String kinds() {
    return Arrays.stream(Task.Kind.values())
        .map(TaskStore::name)
        .collect(Collectors.joining(",", "{", "}"));
  }

  /** The remembered digests of files that tasks read. */
  public FileDigestMemo digests() throws IOException {
    return FileDigestMemo.open(folder.resolve(DIGESTS), warnings);
  }

  /** Says in one line that something is damaged, or is made again. */
  public void warn(String line) {
    warnings.accept(line);
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
      if (damaged.contains(key)) {
        return Optional.empty();
      }
      Optional<StoredResult> read = Optional.empty();
      try {
        read = read(key, task);
      } catch (IOException unreadable) {
        damaged.add(key);
        warn("%s; it is made again".formatted(unreadable.getMessage()));
      }
      if (read.isEmpty()) {
        return Optional.empty();
      }
      known = read.get();
      checked.put(key, known);
    }
    computed.putIfAbsent(key, false);
    return Optional.of(known);
  }

  /**
   * The result, empty if there is none.
   *
   * @throws IOException if it is damaged
   */
  private Optional<StoredResult> read(TaskKey key, Task task) throws IOException {
    Path file = manifestFile(key);
    if (!Files.exists(file)) {
      if (Files.exists(filesFolder(key))) {
        throw new InvalidInputException("%s: files without %s".formatted(filesFolder(key), file));
      }
      return Optional.empty();
    }
    Manifest manifest = SealedJson.read(file, Manifest.class);
    if (manifest.schema() != SCHEMA
        || !digest(manifest.kind(), manifest.version(), manifest.task()).equals(key.digest())) {
      throw new InvalidInputException("%s: the result of another task".formatted(file));
    }
    for (Map.Entry<String, StoredFile> entry : manifest.files().entrySet()) {
      Path stored = filesFolder(key).resolve(entry.getKey());
      if (!matches(stored, entry.getValue())) {
        throw new InvalidInputException("%s: changed since it was written".formatted(stored));
      }
    }
    StoredResult result =
        new StoredResult(key, manifest.value(), filesFolder(key), manifest.files());
    requirePossible(task, result);
    return Optional.of(result);
  }

  private void requirePossible(Task task, StoredResult result) throws IOException {
    Optional<String> objection = task.objection(result);
    if (objection.isPresent()) {
      throw new InvalidInputException(
          "%s: %s".formatted(manifestFile(result.key()), objection.get()));
    }
  }

  /** Whether a file has the size and the contents that it had when it was written. */
  public static boolean matches(Path file, StoredFile expected) throws IOException {
    return Files.isRegularFile(file)
        && Files.isReadable(file)
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
   * @throws InvalidInputException if the task says that this cannot be its result
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
    StoredResult result = new StoredResult(key, tree, filesFolder(key), stored);
    requirePossible(task, result);
    SealedJson.write(
        manifestFile(key),
        new Manifest(
            SCHEMA,
            name(task.kind()),
            versions.of(task.kind()),
            Json.mapper().valueToTree(task),
            stored,
            tree));
    damaged.remove(key);
    checked.put(key, result);
    computed.put(key, true);
    return result;
  }

  /** Whether the result of a task was found to be damaged. */
  boolean isDamaged(Task task) {
    return damaged.contains(key(task));
  }

  int version(Task.Kind kind) {
    return versions.of(kind);
  }

  /** All readable results of a kind, whose files are not looked at. */
  public List<Manifest> manifests(Task.Kind kind) throws IOException {
    List<Manifest> manifests = new ArrayList<>();
    Path results = folder.resolve(name(kind));
    if (Files.isDirectory(results)) {
      try (DirectoryStream<Path> files = Files.newDirectoryStream(results, "*.json")) {
        for (Path file : files) {
          readable(file).ifPresent(manifests::add);
        }
      }
    }
    return manifests;
  }

  /**
   * The readable result of a task, whose files are not looked at.
   *
   * @param digest of the task's key
   */
  public Optional<Manifest> manifest(Task.Kind kind, String digest) throws IOException {
    Path file = manifestFile(new TaskKey(kind, digest));
    return Files.exists(file) ? readable(file) : Optional.empty();
  }

  private Optional<Manifest> readable(Path file) throws IOException {
    try {
      return Optional.of(SealedJson.read(file, Manifest.class));
    } catch (IOException unreadable) {
      warn("%s; it counts as missing".formatted(unreadable.getMessage()));
      return Optional.empty();
    }
  }

  /** States of trainings that were stopped, from which they go on. */
  public int unfinished() throws IOException {
    Path states = folder.resolve(UNFINISHED);
    if (!Files.isDirectory(states)) {
      return 0;
    }
    try (Stream<Path> files = Files.list(states)) {
      return Math.toIntExact(files.filter(file -> file.toString().endsWith(".training")).count());
    }
  }

  /** Where the state of an unfinished task may be kept until its result is written. */
  public Path stateFile(Task task) {
    TaskKey key = key(task);
    return folder.resolve(UNFINISHED).resolve(name(key.kind()) + "-" + key.digest() + ".training");
  }

  /** Begins to count from zero: what was checked stays so. */
  public void countAnew() {
    computed.clear();
  }

  /** What was computed and what was reused since the store was opened, or since it counts anew. */
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
