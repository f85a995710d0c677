package io.github.puzzle4j.solver;

/** Result of the search for one selection. */
sealed interface Attempt {

  /** A selection within all limits, and a bound on the optimal objective. */
  record Found(Selection selection, double bound, boolean proven) implements Attempt {

    /** Distance of objective and bound, relative to the larger of their absolute values. */
    double gap() {
      double distance = Math.abs(selection.objective() - bound);
      double size = Math.max(Math.abs(selection.objective()), Math.abs(bound));
      return distance == 0 ? 0 : distance / size;
    }
  }

  /** No selection is within all limits. */
  record None() implements Attempt {}

  /** The search ended without a result, for the given reason. */
  record Unknown(String reason) implements Attempt {}
}
