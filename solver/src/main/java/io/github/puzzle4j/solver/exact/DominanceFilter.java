package io.github.puzzle4j.solver.exact;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Finds the items that are not dominated: no other item between the same nodes has at most the same
 * cost and at most the same use of every row. Of equal items the first is kept, so that some best
 * choice always remains.
 */
final class DominanceFilter {

  private final Lattice lattice;
  private final long slack;
  private final BitSet kept;

  private DominanceFilter(Lattice lattice, long slack) {
    this.lattice = lattice;
    this.slack = slack;
    this.kept = new BitSet(lattice.size());
  }

  /**
   * @param slack by how much more an item must cost to be dominated
   */
  static BitSet of(Lattice lattice, long slack) {
    DominanceFilter undominated = new DominanceFilter(lattice, slack);
    for (int node = 0; node < lattice.layers(); node++) {
      undominated.filter(lattice.from(node), lattice.from(node + 1));
    }
    return undominated.kept;
  }

  /** Sorted by cost and then by use, an item can only be dominated by an earlier one. */
  private void filter(int from, int to) {
    Comparator<Integer> order =
        Comparator.<Integer>comparingInt(lattice::end).thenComparingLong(lattice::cost);
    for (int row = 0; row < lattice.rows(); row++) {
      int current = row;
      order = order.thenComparingLong(item -> lattice.use(current, item));
    }
    int[] sorted =
        IntStream.range(from, to).boxed().sorted(order).mapToInt(Integer::intValue).toArray();
    int[] front = new int[sorted.length];
    int size = 0;
    for (int item : sorted) {
      if (size > 0 && lattice.end(front[0]) != lattice.end(item)) {
        Arrays.stream(front, 0, size).forEach(kept::set);
        size = 0;
      }
      if (!replaced(item, front, size)) {
        front[size++] = item;
      }
    }
    Arrays.stream(front, 0, size).forEach(kept::set);
  }

  private boolean replaced(int item, int[] front, int size) {
    for (int index = 0; index < size; index++) {
      if (noWorse(front[index], item)) {
        return true;
      }
    }
    return false;
  }

  private boolean noWorse(int better, int item) {
    if (lattice.cost(better) > lattice.cost(item) - slack) {
      return false;
    }
    for (int row = 0; row < lattice.rows(); row++) {
      if (lattice.use(row, better) > lattice.use(row, item)) {
        return false;
      }
    }
    return true;
  }
}
