package io.github.puzzle4j.blocklib.task;

import io.github.puzzle4j.blocklib.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/**
 * Says why tasks are computed although a store has results of their kind: from the most similar
 * task for the same part of a model.
 */
public final class MissingTasks {

  /** Components that say what a task is for; with another value of them it is another task. */
  private static final Set<String> SUBJECT = Set.of("layer", "replacement", "replacements", "part");

  private static final int LONGEST_VALUE = 24;
  private static final int MOST_DIFFERENCES = 3;

  private final TaskStore store;
  private final Map<Task.Kind, List<TaskStore.Manifest>> kept = new EnumMap<>(Task.Kind.class);

  /** For the results of a store; they are read when they are first asked for. */
  public MissingTasks(TaskStore store) {
    this.store = store;
  }

  /** Why a task that {@link TaskStore#find} lacks is computed, such as {@code not computed yet}. */
  public String why(Task task) throws IOException {
    if (store.isDamaged(task)) {
      return "its result is damaged";
    }
    JsonNode wanted = Json.mapper().valueToTree(task);
    List<String> least = List.of();
    boolean found = false;
    for (TaskStore.Manifest manifest : kept(task.kind())) {
      if (isOfSame(wanted, manifest.task())) {
        List<String> differences = differences(wanted, manifest.task());
        if (differences.isEmpty()) {
          return "version %d of the algorithm made its result, and %d is the current one"
              .formatted(manifest.version(), store.version(task.kind()));
        }
        if (!found || differences.size() < least.size()) {
          least = differences;
          found = true;
        }
      }
    }
    return found ? "computed before with other " + some(least) : "not computed yet";
  }

  private List<TaskStore.Manifest> kept(Task.Kind kind) throws IOException {
    List<TaskStore.Manifest> known = kept.get(kind);
    if (known == null) {
      known = store.manifests(kind);
      kept.put(kind, known);
    }
    return known;
  }

  private static boolean isOfSame(JsonNode wanted, JsonNode other) {
    return SUBJECT.stream().allMatch(key -> wanted.path(key).equals(other.path(key)));
  }

  private static List<String> differences(JsonNode wanted, JsonNode before) {
    SequencedMap<String, String> now = leaves(wanted);
    SequencedMap<String, String> then = leaves(before);
    List<String> differences = new ArrayList<>();
    now.forEach((path, value) -> {
      String old = then.getOrDefault(path, "none");
      if (!old.equals(value)) {
        differences.add(
            Math.max(value.length(), old.length()) > LONGEST_VALUE
                ? path
                : "%s (%s, now %s)".formatted(path, old, value));
      }
    });
    return differences;
  }

  private static SequencedMap<String, String> leaves(JsonNode node) {
    SequencedMap<String, String> leaves = new TreeMap<>();
    collect("", node, leaves);
    return leaves;
  }

  /** Lists, which are of digests, count as one value. */
  private static void collect(String path, JsonNode node, Map<String, String> leaves) {
    if (node.isObject()) {
      node.properties()
          .forEach(entry ->
              collect(
                  path.isEmpty() ? entry.getKey() : path + "." + entry.getKey(),
                  entry.getValue(),
                  leaves));
    } else {
      leaves.put(path, node.isArray() ? node.toString() : node.asString(""));
    }
  }

  private static String some(List<String> differences) {
    int more = differences.size() - MOST_DIFFERENCES;
    String shown =
        String.join(", ", differences.subList(0, Math.min(MOST_DIFFERENCES, differences.size())));
    return more > 0 ? "%s and %d more".formatted(shown, more) : shown;
  }
}
