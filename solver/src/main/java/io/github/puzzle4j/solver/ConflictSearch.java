package io.github.puzzle4j.solver;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Finds a smallest set of bounds that cannot be met together. Bounds are dropped one at a time
 * while the rest still conflicts; then all smaller sets are tried.
 */
final class ConflictSearch {

  /** Above this number of bounds, trying all smaller sets takes too long. */
  private static final int MAX_BOUNDS_FOR_ALL_SETS = 10;

  private final SelectionProblem problem;
  private final BackendSearch search;

  ConflictSearch(SelectionProblem problem, BackendSearch search) {
    this.problem = problem;
    this.search = search;
  }

  /**
   * @param bounds conflicting bounds, each of which can be met alone
   */
  Conflict.Contradicting smallest(List<Bound> bounds) {
    List<Bound> kept = new ArrayList<>(bounds);
    boolean certain = true;
    for (Bound bound : bounds) {
      List<Bound> fewer = new ArrayList<>(kept);
      fewer.remove(bound);
      if (fewer.size() < 2) {
        break;
      }
      switch (attempt(fewer)) {
        case Attempt.None() -> kept = fewer;
        case Attempt.Found found -> {}
        case Attempt.Unknown unknown -> certain = false;
      }
    }
    for (int size = 2; size < kept.size(); size++) {
      if (bounds.size() > MAX_BOUNDS_FOR_ALL_SETS || search.isTimeUp()) {
        return new Conflict.Contradicting(kept, false);
      }
      Optional<List<Bound>> smaller = conflicting(bounds, size);
      if (smaller.isPresent()) {
        return new Conflict.Contradicting(smaller.get(), certain);
      }
    }
    return new Conflict.Contradicting(kept, certain);
  }

  private Optional<List<Bound>> conflicting(List<Bound> bounds, int size) {
    for (int mask = 0; mask < 1 << bounds.size(); mask++) {
      if (Integer.bitCount(mask) == size) {
        List<Bound> subset = new ArrayList<>();
        for (int index = 0; index < bounds.size(); index++) {
          if ((mask >> index & 1) == 1) {
            subset.add(bounds.get(index));
          }
        }
        if (attempt(subset) instanceof Attempt.None) {
          return Optional.of(subset);
        }
      }
    }
    return Optional.empty();
  }

  private Attempt attempt(List<Bound> bounds) {
    return search.best(ScaledProblem.feasibility(problem, bounds), bounds);
  }
}
