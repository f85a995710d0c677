package io.github.puzzle4j.blocklib.task;

import java.util.EnumMap;
import java.util.Map;

/**
 * The version of the algorithm of each kind of task.
 *
 * @param versions of every kind
 */
public record TaskVersions(Map<Task.Kind, Integer> versions) {

  public TaskVersions {
    versions = Map.copyOf(versions);
  }

  /** The versions of this release. */
  public static TaskVersions current() {
    Map<Task.Kind, Integer> versions = new EnumMap<>(Task.Kind.class);
    for (Task.Kind kind : Task.Kind.values()) {
      versions.put(kind, kind.version());
    }
    return new TaskVersions(versions);
  }

  /** The same but for one kind. */
  public TaskVersions with(Task.Kind kind, int version) {
    Map<Task.Kind, Integer> others = new EnumMap<>(versions);
    others.put(kind, version);
    return new TaskVersions(others);
  }

  int of(Task.Kind kind) {
    return versions.getOrDefault(kind, kind.version());
  }
}
