package io.github.puzzle4j.solver.exact;

import java.util.BitSet;
import java.util.Optional;

/**
 * Finds the sums within a window that some path has, by dynamic programming over sets of sums
 * (subset sum; Bellman, Dynamic Programming, 1957), one bit per sum.
 */
final class ReachableSums {

  private static final int WORD = 64;

  private final Lattice lattice;
  private final Window window;
  private final int words;

  private ReachableSums(Lattice lattice, Window window) {
    this.lattice = lattice;
    this.window = window;
    this.words = (int) (window.most() / WORD) + 1;
  }

  /** Number of operations on words that {@link #within} needs. */
  static double work(Lattice lattice, Window window) {
    return 3.0 * lattice.size() * ((double) window.most() / WORD + 1);
  }

  /** The lattice without items on no path within the window; empty if no path is within it. */
  static Optional<Lattice> within(Lattice lattice, Window window) {
    return new ReachableSums(lattice, window).filtered();
  }

  private Optional<Lattice> filtered() {
    long[][] from = new long[lattice.layers() + 1][words];
    from[0][0] = 1;
    for (int item = 0; item < lattice.size(); item++) {
      addShifted(from[lattice.first(item)], window.use(item), from[lattice.end(item)]);
    }
    long[][] to = new long[lattice.layers() + 1][words];
    int end = lattice.layers();
    for (long sum = window.least(); sum <= window.most(); sum++) {
      to[end][(int) (sum / WORD)] |= 1L << (sum % WORD);
    }
    BitSet kept = new BitSet(lattice.size());
    for (int item = lattice.size() - 1; item >= 0; item--) {
      long[] after = to[lattice.end(item)];
      if (meets(from[lattice.first(item)], window.use(item), after)) {
        kept.set(item);
        addShifted(after, -window.use(item), to[lattice.first(item)]);
      }
    }
    return kept.isEmpty() ? Optional.empty() : Optional.of(tightened(from[end], kept));
  }

  /** Moves both bounds to sums that are reached. */
  private Lattice tightened(long[] sums, BitSet kept) {
    BitSet reached = BitSet.valueOf(sums);
    long most = reached.previousSetBit((int) window.most());
    long least = reached.nextSetBit((int) window.least());
    return lattice
        .withLess(window.high(), (window.most() - most) * window.step())
        .withLess(window.low(), (least - window.least()) * window.step())
        .keep(kept);
  }

  private void addShifted(long[] from, long distance, long[] to) {
    for (int word = 0; word < words; word++) {
      to[word] |= shifted(from, distance, word);
    }
  }

  private boolean meets(long[] from, long distance, long[] other) {
    for (int word = 0; word < words; word++) {
      if ((shifted(from, distance, word) & other[word]) != 0) {
        return true;
      }
    }
    return false;
  }

  /** One word of a set whose sums are raised by a distance; sums beyond the window are lost. */
  private long shifted(long[] set, long distance, int word) {
    long origin = word * (long) WORD - distance;
    long first = Math.floorDiv(origin, WORD);
    int bit = Math.floorMod(origin, WORD);
    long low = word(set, first) >>> bit;
    return bit == 0 ? low : low | word(set, first + 1) << (WORD - bit);
  }

  private long word(long[] set, long index) {
    return index >= 0 && index < words ? set[(int) index] : 0;
  }
}
