package io.github.puzzle4j.scoring.cost.target;

import java.util.Collections;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** Maps that come from a target's file. */
final class Entries {

  private Entries() {}

  /** A sorted copy that cannot be changed, of a map in which no value is {@code null}. */
  static <K extends Comparable<K>, V> NavigableMap<K, V> copy(String name, Map<K, V> map) {
    map.forEach((key, value) -> {
      if (value == null) {
        throw new IllegalArgumentException("%s: '%s' is null".formatted(name, key));
      }
    });
    return Collections.unmodifiableNavigableMap(new TreeMap<>(map));
  }
}
