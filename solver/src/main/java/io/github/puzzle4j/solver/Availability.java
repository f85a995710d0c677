package io.github.puzzle4j.solver;

import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.Set;

/** Applies required and forbidden candidates to the list of candidates. */
final class Availability {

  private Availability() {}

  /**
   * Validates both lists.
   *
   * @throws IllegalArgumentException if an id is unknown, listed twice, or both required and
   *     forbidden, or if two required candidates cover the same layer
   */
  static void check(List<Candidate> candidates, List<String> required, List<String> forbidden) {
    if (required.isEmpty() && forbidden.isEmpty()) {
      return;
    }
    Map<String, Candidate> byId = new HashMap<>();
    candidates.forEach(candidate -> byId.put(candidate.id(), candidate));
    Set<String> wanted = checkIds("required", required, byId.keySet());
    for (String id : checkIds("forbidden", forbidden, byId.keySet())) {
      if (wanted.contains(id)) {
        throw new IllegalArgumentException(
            "candidate '%s' is both required and forbidden".formatted(id));
      }
    }
    Map<Integer, String> takenBy = new HashMap<>();
    for (String id : required) {
      for (int layer : Objects.requireNonNull(byId.get(id)).layers()) {
        String other = takenBy.put(layer, id);
        if (other != null) {
          throw new IllegalArgumentException(
              "required candidates '%s' and '%s' both cover layer %d".formatted(other, id, layer));
        }
      }
    }
  }

  private static Set<String> checkIds(String list, List<String> ids, Set<String> known) {
    Set<String> seen = new HashSet<>();
    for (String id : ids) {
      if (!known.contains(id)) {
        throw new IllegalArgumentException(
            "%s names '%s', but there is no such candidate".formatted(list, id));
      }
      if (!seen.add(id)) {
        throw new IllegalArgumentException("%s names '%s' twice".formatted(list, id));
      }
    }
    return seen;
  }

  /** Candidates that a selection can contain, in their original order. */
  static List<Candidate> of(
      List<Candidate> candidates, List<String> required, List<String> forbidden) {
    if (required.isEmpty() && forbidden.isEmpty()) {
      return candidates;
    }
    Set<String> wanted = Set.copyOf(required);
    Set<String> unwanted = Set.copyOf(forbidden);
    BitSet taken = new BitSet();
    candidates.stream()
        .filter(candidate -> wanted.contains(candidate.id()))
        .forEach(candidate -> taken.set(candidate.firstLayer(), candidate.endLayer()));
    return candidates.stream()
        .filter(candidate -> wanted.contains(candidate.id()) || isFree(candidate, taken))
        .filter(candidate -> !unwanted.contains(candidate.id()))
        .toList();
  }

  private static boolean isFree(Candidate candidate, BitSet taken) {
    int next = taken.nextSetBit(candidate.firstLayer());
    return next < 0 || next >= candidate.endLayer();
  }

  /** The first layer that no candidate covers, if there is one. */
  static OptionalInt firstUncoveredLayer(int layers, List<Candidate> candidates) {
    BitSet covered = new BitSet(layers);
    candidates.forEach(candidate -> covered.set(candidate.firstLayer(), candidate.endLayer()));
    int uncovered = covered.nextClearBit(0);
    return uncovered < layers ? OptionalInt.of(uncovered) : OptionalInt.empty();
  }
}
