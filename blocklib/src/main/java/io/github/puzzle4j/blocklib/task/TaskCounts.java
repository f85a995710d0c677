package io.github.puzzle4j.blocklib.task;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/**
 * How many tasks a run computed and how many results it reused, by kind; every kind is present.
 *
 * @param computed tasks whose results were computed
 * @param reused tasks whose results were in the store
 */
public record TaskCounts(Map<Task.Kind, Integer> computed, Map<Task.Kind, Integer> reused) {

  public TaskCounts {
    computed = complete(computed);
    reused = complete(reused);
  }

  private static Map<Task.Kind, Integer> complete(Map<Task.Kind, Integer> counts) {
    Map<Task.Kind, Integer> all = new EnumMap<>(Task.Kind.class);
    for (Task.Kind kind : Task.Kind.values()) {
      all.put(kind, counts.getOrDefault(kind, 0));
    }
    return Collections.unmodifiableMap(all);
  }
}
