package io.github.puzzle4j.solver;

/** What came of the search for one selection. */
sealed interface Attempt {

  /** A selection that keeps all limits, and how good it is known to be. */
  record Found(Selection selection, double bound, boolean proven) implements Attempt {

    /** The distance from the bound, relative to the larger of the two numbers. */
    double gap() {
      double distance = Math.abs(selection.objective() - bound);
      double size = Math.max(Math.abs(selection.objective()), Math.abs(bound));
      return distance == 0 ? 0 : distance / size;
    }
  }

  /** There is none. */
  record None() implements Attempt {}

  /** Not known; the reason in one line. */
  record Unknown(String reason) implements Attempt {}
}
