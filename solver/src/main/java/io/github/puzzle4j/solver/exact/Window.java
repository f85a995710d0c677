package io.github.puzzle4j.solver.exact;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Two rows that bound the same sum from above and below, in the coarsest integers that represent
 * it: the smallest value of each layer is subtracted, and the rest divided by its greatest common
 * divisor.
 */
final class Window {

  private final int high;
  private final int low;
  private final long[] use;
  private final long least;
  private final long most;
  private final long step;

  private Window(int high, int low, long[] use, long least, long most, long step) {
    this.high = high;
    this.low = low;
    this.use = use;
    this.least = least;
    this.most = most;
    this.step = step;
  }

  /** Row of the upper bound. */
  int high() {
    return high;
  }

  /** Row of the lower bound. */
  int low() {
    return low;
  }

  /** What the item adds to the sum, in these units; at least 0. */
  long use(int item) {
    return use[item];
  }

  /** Smallest sum allowed, in these units. */
  long least() {
    return least;
  }

  /** Largest sum allowed, in these units. */
  long most() {
    return most;
  }

  /** Size of a unit in units of the rows. */
  long step() {
    return step;
  }

  /** All windows of a lattice in which each item is on some path. */
  static List<Window> of(Lattice lattice) {
    List<Window> windows = new ArrayList<>();
    for (int high = 0; high < lattice.rows(); high++) {
      for (int low = high + 1; low < lattice.rows(); low++) {
        Optional<Long> total = constantSum(lattice, high, low);
        if (total.isPresent()) {
          windows.add(between(lattice, high, low, total.get() - lattice.max(low)));
        }
      }
    }
    return windows;
  }

  /** The window of a single row, which has no lower bound. */
  static Window below(Lattice lattice, int row) {
    return between(lattice, row, row, Long.MIN_VALUE / 4);
  }

  /** Whether no sum is within both bounds. */
  boolean isEmpty() {
    return least > most;
  }

  /** The sum of both rows over a path, if it is the same for all paths. */
  private static Optional<Long> constantSum(Lattice lattice, int one, int other) {
    long[] sum = new long[lattice.layers() + 1];
    boolean[] known = new boolean[lattice.layers() + 1];
    known[0] = true;
    for (int item = 0; item < lattice.size(); item++) {
      int end = lattice.end(item);
      long reached = sum[lattice.first(item)] + lattice.use(one, item) + lattice.use(other, item);
      if (known[end] && sum[end] != reached) {
        return Optional.empty();
      }
      known[end] = true;
      sum[end] = reached;
    }
    return Optional.of(sum[lattice.layers()]);
  }

  private static Window between(Lattice lattice, int high, int low, long least) {
    long[] use = aboveLeast(lattice, high);
    long base = lattice.leastFromStart(high)[lattice.layers()];
    long step = Math.max(1, Arrays.stream(use).reduce(0, Window::gcd));
    for (int item = 0; item < use.length; item++) {
      use[item] /= step;
    }
    return new Window(
        high,
        low,
        use,
        Math.max(0, Math.ceilDiv(least - base, step)),
        Math.floorDiv(lattice.max(high) - base, step),
        step);
  }

  /**
   * By item, the use of a row above the smallest use on the way; its sum over a path is the row's
   * sum minus the smallest one.
   */
  private static long[] aboveLeast(Lattice lattice, int row) {
    long[] before = lattice.leastFromStart(row);
    long[] use = new long[lattice.size()];
    Arrays.setAll(
        use,
        item -> lattice.use(row, item) + before[lattice.first(item)] - before[lattice.end(item)]);
    return use;
  }

  private static long gcd(long one, long other) {
    long a = Math.abs(one);
    long b = Math.abs(other);
    while (b != 0) {
      long rest = a % b;
      a = b;
      b = rest;
    }
    return a;
  }
}
