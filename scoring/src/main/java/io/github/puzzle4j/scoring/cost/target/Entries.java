package io.github.puzzle4j.scoring.cost.target;

import java.util.Collections;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** Copies maps from a target's file. */
final class Entries {

  private Entries() {}

  /** An immutable sorted copy; rejects {@code null} values. */
  static <K extends Comparable<K>, V> NavigableMap<K, V> copy(String name, Map<K, V> map) {
    map.forEach((key, value) -> {
      if (value == null) {
        throw new IllegalArgumentException("%s: '%s' is null".formatted(name, key));
      }
    });
    return Collections.unmodifiableNavigableMap(new TreeMap<>(map));
  }
}
