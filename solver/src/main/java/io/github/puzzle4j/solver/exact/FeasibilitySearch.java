package io.github.puzzle4j.solver.exact;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Searches for any choice that satisfies the rows, or proves that none exists. Without an objective
 * nothing limits the enumeration of partial choices; therefore one row is minimised while the
 * others hold, and its maximum is the value to reach. Infeasibility is then proven like optimality:
 * by a bound, which is a Farkas certificate if the linear relaxation is infeasible, or by an
 * enumeration of the few partial choices whose bounds are within the maximum.
 */
final class FeasibilitySearch {

  /** Result of a search. */
  sealed interface Result {}

  /** Items of the original model that satisfy all rows. */
  record Found(List<Integer> items) implements Result {}

  /** No choice satisfies all rows. */
  record None() implements Result {}

  /** Nothing was found with this number of labels, or in time. */
  record Unknown() implements Result {}

  /** The minimisation of one row. */
  private static final class Attempt {
    private final Incumbents incumbents;
    private final Reducer reducer;
    private final int originalRows;
    private Optional<PricedLattice> left;

    Attempt(Lattice lattice, int row, int originalRows, Clock clock) {
      this.incumbents = Incumbents.anyBelow(lattice.max(row) + 1);
      this.reducer = new Reducer(incumbents, clock);
      this.originalRows = originalRows;
      this.left = reducer.reduce(lattice.towards(row), new double[originalRows]);
    }

    boolean isDone() {
      return left.isEmpty() || !incumbents.best().isEmpty();
    }

    int size() {
      return left.map(priced -> priced.lattice().size()).orElse(0);
    }

    /** How far the bound is below the maximum, relative to the sizes of the row. */
    double margin() {
      return left.map(priced -> incumbents.maxDistance(priced) / priced.costSize()).orElse(0.0);
    }

    void within(int labels) {
      left = reducer.afterSearch(left.orElseThrow(), labels, originalRows);
    }

    Result result() {
      List<Incumbents.Choice> found = incumbents.best();
      if (!found.isEmpty()) {
        return new Found(found.getFirst().items());
      }
      return left.isPresent() ? new Unknown() : new None();
    }
  }

  private final List<Attempt> attempts;
  private final Clock clock;

  private FeasibilitySearch(List<Attempt> attempts, Clock clock) {
    this.attempts = attempts;
    this.clock = clock;
  }

  /**
   * Prepares a search: minimises each row in the linear relaxation. Two rows remain: the one that
   * leaves the fewest items, for proofs, and the one with the widest margin, for choices.
   *
   * @param originalRows number of rows of the original model
   */
  static FeasibilitySearch of(Lattice lattice, int originalRows, Clock clock) {
    List<Attempt> attempts = new ArrayList<>();
    for (int row = 0; row < lattice.rows(); row++) {
      Attempt attempt = new Attempt(lattice, row, originalRows, clock);
      if (attempt.isDone()) {
        return new FeasibilitySearch(List.of(attempt), clock);
      }
      attempts.add(attempt);
    }
    Attempt tight =
        attempts.stream()
            .min(Comparator.comparingInt(Attempt::size).thenComparingDouble(Attempt::margin))
            .orElseThrow();
    Attempt wide = attempts.stream().max(Comparator.comparingDouble(Attempt::margin)).orElseThrow();
    return new FeasibilitySearch(tight == wide ? List.of(tight) : List.of(wide, tight), clock);
  }

  /** Continues with this number of labels per node and direction. */
  Result within(int labels) {
    for (Attempt attempt : attempts) {
      if (!attempt.isDone() && !clock.isOver()) {
        attempt.within(labels);
      }
      if (attempt.isDone()) {
        return attempt.result();
      }
    }
    return new Unknown();
  }
}
