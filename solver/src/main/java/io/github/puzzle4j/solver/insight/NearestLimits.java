package io.github.puzzle4j.solver.insight;

import io.github.puzzle4j.solver.Bound;
import io.github.puzzle4j.solver.Selection;
import java.util.List;

/** The limits closest to the requested ones that are feasible. */
public sealed interface NearestLimits {

  /**
   * Feasible limits.
   *
   * @param relaxation share of its size by which each of the relaxed bounds is moved: 0.1 turns
   *     {@code <= 50} into {@code <= 55} and {@code >= 50} into {@code >= 45}. The size of a bound
   *     of 0 is the sum, over layers, of the largest absolute cost of a candidate that begins there
   * @param atLeast no smaller share is feasible even if all bounds are moved by it; equal to {@code
   *     relaxation} if {@code smallest}
   * @param smallest whether no smaller relaxation is feasible, of all bounds or of some
   * @param relaxed the bounds that were moved, with their new values; all others, of which earlier
   *     ones have precedence, are kept
   * @param selection a selection within the new limits
   * @param best whether the selection is optimal within them
   */
  record Found(
      double relaxation,
      double atLeast,
      boolean smallest,
      List<Bound> relaxed,
      Selection selection,
      boolean best)
      implements NearestLimits {

    public Found {
      relaxed = List.copyOf(relaxed);
    }
  }

  /** No selection covers each layer exactly once, whatever the limits. */
  record None() implements NearestLimits {}

  /** The search ended without a result, for the given reason. */
  record Unknown(String reason) implements NearestLimits {}
}
