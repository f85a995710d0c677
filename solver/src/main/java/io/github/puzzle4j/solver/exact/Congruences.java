package io.github.puzzle4j.solver.exact;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Divisibility: the sums of several windows are those of one path plus an integer combination of
 * differences between items. If no point within all windows has that form, no choice exists. The
 * differences are brought to triangular (Hermite normal) form.
 */
final class Congruences {

  /** Number of points to examine before giving up. */
  private static final int MAX_POINTS = 100_000;

  private final List<Window> windows;
  private final BigInteger[][] basis;
  private final BigInteger[] origin;
  private int points;

  private Congruences(Lattice lattice, List<Window> windows) {
    this.windows = windows;
    this.basis = new BigInteger[windows.size()][0];
    this.origin = new BigInteger[windows.size()];
    List<long[]> byWindow = new ArrayList<>();
    for (int place = 0; place < windows.size(); place++) {
      long[] alongTree = alongTree(lattice, windows.get(place));
      origin[place] = BigInteger.valueOf(alongTree[lattice.layers()]);
      byWindow.add(alongTree);
    }
    Set<List<Long>> seen = new HashSet<>();
    for (int item = 0; item < lattice.size(); item++) {
      List<Long> difference = new ArrayList<>();
      for (int place = 0; place < windows.size(); place++) {
        long[] reached = byWindow.get(place);
        difference.add(
            reached[lattice.first(item)]
                + windows.get(place).use(item)
                - reached[lattice.end(item)]);
      }
      if (seen.add(difference)) {
        insert(difference.stream().map(BigInteger::valueOf).toArray(BigInteger[]::new));
      }
    }
  }

  /** By node, the sum over the path of the first items that reach it. */
  private static long[] alongTree(Lattice lattice, Window window) {
    long[] sums = new long[lattice.layers() + 1];
    boolean[] known = new boolean[lattice.layers() + 1];
    for (int item = 0; item < lattice.size(); item++) {
      if (!known[lattice.end(item)]) {
        known[lattice.end(item)] = true;
        sums[lattice.end(item)] = sums[lattice.first(item)] + window.use(item);
      }
    }
    return sums;
  }

  /** Whether divisibility excludes all sums within these windows of the lattice. */
  static boolean exclude(Lattice lattice, List<Window> windows) {
    Congruences congruences = new Congruences(lattice, windows);
    return !congruences.mayContain(0, congruences.origin);
  }

  private void insert(BigInteger[] vector) {
    BigInteger[] left = vector;
    for (int place = 0; place < left.length; place++) {
      BigInteger[] own = basis[place];
      if (left[place].signum() == 0) {
        continue;
      }
      if (own.length == 0) {
        basis[place] = left;
        return;
      }
      while (left[place].signum() != 0) {
        BigInteger[] rest = minus(own, left, own[place].divide(left[place]));
        own = left;
        left = rest;
      }
      basis[place] = own;
    }
  }

  private static BigInteger[] minus(BigInteger[] one, BigInteger[] other, BigInteger times) {
    BigInteger[] difference = new BigInteger[one.length];
    Arrays.setAll(difference, place -> one[place].subtract(other[place].multiply(times)));
    return difference;
  }

  /** Whether some point has these coordinates up to a place and is within the later windows. */
  private boolean mayContain(int place, BigInteger[] point) {
    if (place == windows.size()) {
      return true;
    }
    BigInteger least = BigInteger.valueOf(windows.get(place).least());
    BigInteger most = BigInteger.valueOf(windows.get(place).most());
    if (basis[place].length == 0) {
      boolean within = point[place].compareTo(least) >= 0 && point[place].compareTo(most) <= 0;
      return within && mayContain(place + 1, point);
    }
    BigInteger step = basis[place][place].abs();
    BigInteger value = least.add(point[place].subtract(least).mod(step));
    while (value.compareTo(most) <= 0) {
      if (points++ > MAX_POINTS) {
        return true;
      }
      BigInteger times = point[place].subtract(value).divide(basis[place][place]);
      if (mayContain(place + 1, minus(point, basis[place], times))) {
        return true;
      }
      value = value.add(step);
    }
    return false;
  }
}
