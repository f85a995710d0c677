package io.github.puzzle4j.solver.exact;

import java.util.List;
import java.util.Optional;

/**
 * Uses that sums are whole numbers: removes items on no path within a narrow window, and finds
 * windows that contain no sum at all. Bounds of a relaxation cannot see either.
 */
final class WindowArithmetic {

  /** Operations on words that take some milliseconds, for a first look. */
  static final double BRIEF = 4e6;

  /** Operations on words that take about half a second. */
  static final double THOROUGH = 1e9;

  /** Memory for the sums of all nodes, in words. */
  private static final double MAX_WORDS = 3e7;

  private WindowArithmetic() {}

  /**
   * The lattice without what no sum within its windows allows; empty if that leaves nothing.
   *
   * @param lattice in which each item is on some path
   * @param work number of operations on words that is worth it
   */
  static Optional<Lattice> applied(Lattice lattice, double work) {
    Lattice left = lattice;
    List<Window> windows = Window.of(lattice);
    if (windows.stream().anyMatch(Window::isEmpty)
        || (!windows.isEmpty() && Congruences.exclude(lattice, windows))) {
      return Optional.empty();
    }
    for (int number = 0; number < windows.size(); number++) {
      Window window = Window.of(left).get(number);
      double words = (double) window.most() / Long.SIZE * left.layers();
      if (ReachableSums.work(left, window) <= work && words <= MAX_WORDS) {
        Optional<Lattice> within =
            ReachableSums.within(left, window).flatMap(Reducer::itemsOnPaths);
        if (within.isEmpty()) {
          return within;
        }
        left = within.get();
      }
    }
    return Optional.of(left);
  }
}
