package io.github.puzzle4j.solver.exact;

import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/**
 * Removes what cannot be part of a choice better than the incumbents, until nothing changes: items
 * on no path that satisfies the rows, rows that no path violates, dominated items, and items whose
 * Lagrangian bound is no better than the incumbents.
 */
final class Reducer {

  private static final double WORTH_ANOTHER_ROUND = 0.02;

  /**
   * Maximum number of items per layer for comparing all pairs first; with more, bounds come first.
   */
  private static final int MAX_COMPARED = 80;

  private static final long UNREACHABLE = Long.MAX_VALUE / 8;

  private final Incumbents incumbents;
  private final Clock clock;

  Reducer(Incumbents incumbents, Clock clock) {
    this.incumbents = incumbents;
    this.clock = clock;
  }

  /**
   * The remaining lattice under its best prices; empty if no choice is better than the incumbents.
   *
   * @param start initial prices, by row of the original model
   */
  Optional<PricedLattice> reduce(Lattice whole, double[] start) {
    Lattice lattice = prunedAt(start, whole);
    double[] prices = start;
    while (true) {
      Optional<Lattice> trimmed = trimmed(lattice);
      if (trimmed.isEmpty()) {
        return Optional.empty();
      }
      lattice = trimmed.get();
      if (incumbents.dominators() == 1 && lattice.size() <= MAX_COMPARED * lattice.layers()) {
        lattice = lattice.keep(DominanceFilter.of(lattice, incumbents.slack()));
      }
      int before = lattice.size();
      List<PricedLattice> priced =
          ColumnGeneration.solved(lattice, prices, incumbents, clock).priced();
      if (incumbents.prunes(priced.getFirst().bound())) {
        return Optional.empty();
      }
      BitSet promising = canImprove(priced);
      if (before - promising.cardinality() <= WORTH_ANOTHER_ROUND * before || clock.isOver()) {
        return Optional.of(priced.getFirst());
      }
      prices = priced.getFirst().pricesByOrigin(start.length);
      lattice = lattice.keep(promising);
    }
  }

  /**
   * Searches with this number of labels per node and direction, and reduces what may still contain
   * a better choice; empty if there is none.
   *
   * @param rows number of rows of the original model
   */
  Optional<PricedLattice> afterSearch(PricedLattice priced, int labels, int rows) {
    double reach = incumbents.maxDistance(priced);
    double covered =
        MeetInTheMiddle.within(BidirectionalLattice.of(priced), reach, labels, incumbents, clock);
    boolean complete =
        covered >= reach || incumbents.prunes(priced.bound() + covered - priced.rounding());
    return complete ? Optional.empty() : reduce(priced.lattice(), priced.pricesByOrigin(rows));
  }

  /**
   * Removes items by their bounds at the initial prices, which is effective if a good choice is
   * known.
   */
  private Lattice prunedAt(double[] start, Lattice lattice) {
    if (incumbents.limit() == Long.MAX_VALUE
        || Arrays.stream(start).noneMatch(price -> price > 0)) {
      return lattice;
    }
    double[] prices = new double[lattice.rows()];
    Arrays.setAll(prices, row -> start[lattice.rowOrigin(row)]);
    return lattice.keep(canImprove(List.of(new PricedLattice(lattice, prices))));
  }

  /** The items that have no bound by which they are pruned. */
  BitSet canImprove(List<PricedLattice> priced) {
    BitSet promising = all(priced.getFirst().lattice().size());
    for (PricedLattice by : priced) {
      double[] bounds = by.boundsByItem();
      for (int item = 0; item < bounds.length; item++) {
        if (incumbents.prunes(bounds[item])) {
          promising.clear(item);
        }
      }
    }
    return promising;
  }

  /**
   * Removes items on no path that satisfies each row by itself, and redundant rows; empty if
   * nothing is left.
   */
  static Optional<Lattice> trimmed(Lattice lattice) {
    return itemsOnPaths(lattice).map(left -> left.keep(all(left.size()), left.breakableRows()));
  }

  /** Removes items on no path that satisfies each row by itself; empty if nothing is left. */
  static Optional<Lattice> itemsOnPaths(Lattice lattice) {
    Lattice left = lattice;
    while (true) {
      BitSet possible = possible(left);
      if (possible.isEmpty()) {
        return Optional.empty();
      }
      if (possible.cardinality() == left.size()) {
        return Optional.of(left);
      }
      left = left.keep(possible);
    }
  }

  private static BitSet possible(Lattice lattice) {
    BitSet possible = all(lattice.size());
    BitSet reached = new BitSet(lattice.layers() + 1);
    reached.set(0);
    for (int item = 0; item < lattice.size(); item++) {
      if (reached.get(lattice.first(item))) {
        reached.set(lattice.end(item));
      } else {
        possible.clear(item);
      }
    }
    BitSet leading = new BitSet(lattice.layers() + 1);
    leading.set(lattice.layers());
    for (int item = lattice.size() - 1; item >= 0; item--) {
      if (leading.get(lattice.end(item))) {
        leading.set(lattice.first(item));
      } else {
        possible.clear(item);
      }
    }
    for (int row = 0; row < lattice.rows(); row++) {
      long[] before = lattice.leastFromStart(row);
      long[] after = lattice.leastToEnd(row);
      for (int item = 0; item < lattice.size(); item++) {
        long start = before[lattice.first(item)];
        long rest = after[lattice.end(item)];
        if (start > UNREACHABLE
            || rest > UNREACHABLE
            || start + lattice.use(row, item) + rest > lattice.max(row)) {
          possible.clear(item);
        }
      }
    }
    return possible;
  }

  static BitSet all(int size) {
    BitSet all = new BitSet(size);
    all.set(0, size);
    return all;
  }
}
