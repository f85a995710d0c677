package io.github.puzzle4j.solver.exact;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Searches for a choice with the smallest integer objective that a bound leaves. If many partial
 * choices have the bound itself, an enumeration by their distance from it cannot begin; with the
 * objective as a row, another row orders them.
 */
final class TargetSearch {

  /** Number of targets that may be missed with the same number of labels. */
  private static final int MISSES = 3;

  private final Lattice lattice;
  private final int rows;
  private final Clock clock;
  private long target;
  private FeasibilitySearch search;

  /**
   * @param rows more than the origin of any row of the lattice
   */
  TargetSearch(PricedLattice priced, int rows, Clock clock) {
    this.lattice = priced.lattice();
    this.rows = rows;
    this.clock = clock;
    this.target = (long) Math.ceil(priced.bound());
    this.search = searchForTarget();
  }

  private FeasibilitySearch searchForTarget() {
    long[] costs = new long[lattice.size()];
    Arrays.setAll(costs, lattice::cost);
    return FeasibilitySearch.of(lattice.with(costs, target, rows), rows + 1, clock);
  }

  /** Lower bound of all objectives. */
  long bound() {
    return target;
  }

  /**
   * Continues with this number of labels per node and direction.
   *
   * @return items of the original model with the target as their objective
   */
  Optional<List<Integer>> within(int labels) {
    for (int miss = 0; miss < MISSES; miss++) {
      switch (search.within(labels)) {
        case FeasibilitySearch.Found(List<Integer> items) -> {
          return Optional.of(items);
        }
        case FeasibilitySearch.None() -> {
          target++;
          search = searchForTarget();
        }
        case FeasibilitySearch.Unknown() -> {
          return Optional.empty();
        }
      }
    }
    return Optional.empty();
  }
}
