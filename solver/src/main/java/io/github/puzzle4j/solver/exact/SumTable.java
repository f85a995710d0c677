package io.github.puzzle4j.solver.exact;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Finds the best path within one row or one window by dynamic programming over its sums (knapsack;
 * Bellman, Dynamic Programming, 1957). It is exact and takes the same time however many paths are
 * equal or nearly so, which bounds cannot tell apart.
 */
final class SumTable {

  /** Sums times items that take some milliseconds. */
  private static final double MAX_WORK = 1e7;

  private static final long NONE = Long.MAX_VALUE / 4;

  private final Lattice lattice;
  private final Window window;

  private SumTable(Lattice lattice, Window window) {
    this.lattice = lattice;
    this.window = window;
  }

  /** The best path; empty if no path is within the window. */
  record Best(Optional<int[]> path) {}

  /**
   * The best path of a lattice whose rows are one, or one window; empty if there are other rows or
   * too many sums.
   *
   * @param lattice in which each item is on some path
   */
  static Optional<Best> best(Lattice lattice) {
    List<Window> windows =
        lattice.rows() == 1 ? List.of(Window.below(lattice, 0)) : Window.of(lattice);
    boolean only = windows.size() == 1 && lattice.rows() <= 2;
    return only && windows.getFirst().most() * (double) lattice.size() <= MAX_WORK
        ? Optional.of(new Best(new SumTable(lattice, windows.getFirst()).path()))
        : Optional.empty();
  }

  private Optional<int[]> path() {
    int sums = (int) Math.max(0, window.most() + 1);
    long[][] least = new long[lattice.layers() + 1][sums];
    for (long[] atNode : least) {
      Arrays.fill(atNode, NONE);
    }
    if (sums > 0) {
      least[0][0] = 0;
    }
    for (int item = 0; item < lattice.size(); item++) {
      long[] from = least[lattice.first(item)];
      long[] to = least[lattice.end(item)];
      int use = (int) Math.min(sums, window.use(item));
      long cost = lattice.cost(item);
      for (int sum = use; sum < sums; sum++) {
        to[sum] = Math.min(to[sum], from[sum - use] + cost);
      }
    }
    int best = -1;
    long[] last = least[lattice.layers()];
    for (int sum = (int) Math.min(sums, window.least()); sum < sums; sum++) {
      if (last[sum] < NONE / 2 && (best < 0 || last[sum] < last[best])) {
        best = sum;
      }
    }
    return best < 0 ? Optional.empty() : Optional.of(traced(least, best));
  }

  /** The items of a best path with this sum. */
  private int[] traced(long[][] least, int sum) {
    int[] path = new int[lattice.layers()];
    int length = 0;
    int left = sum;
    int node = lattice.layers();
    for (int item = lattice.size() - 1; item >= 0; item--) {
      long before = left - window.use(item);
      if (lattice.end(item) == node
          && before >= 0
          && least[lattice.first(item)][(int) before] < NONE / 2
          && least[lattice.first(item)][(int) before] + lattice.cost(item) == least[node][left]) {
        path[length++] = item;
        left = (int) before;
        node = lattice.first(item);
      }
    }
    return Arrays.copyOf(path, length);
  }
}
