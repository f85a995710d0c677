package io.github.puzzle4j.solver.insight;

import io.github.puzzle4j.solver.Bound;
import io.github.puzzle4j.solver.Selection;
import java.util.List;

/** The limits closest to those asked for that some selection keeps. */
public sealed interface Nearest {

  /**
   * Limits that work.
   *
   * @param relaxation the share of its own size by which each of the relaxed bounds gives way: 0.1
   *     turns {@code <= 50} into {@code <= 55} and {@code >= 50} into {@code >= 45}. A bound of 0
   *     gives way by a share of the sum, over layers, of the largest absolute cost of a candidate
   *     that begins there
   * @param smallest whether no smaller relaxation of these bounds works
   * @param relaxed the bounds that had to give way, as they are now; all others are as they were
   * @param selection one that keeps all of them
   * @param best whether no other selection within them has a better objective
   */
  record Found(
      double relaxation, boolean smallest, List<Bound> relaxed, Selection selection, boolean best)
      implements Nearest {

    public Found {
      relaxed = List.copyOf(relaxed);
    }
  }

  /** Whatever the limits, no selection covers each layer once. */
  record None() implements Nearest {}

  /** Not known; the reason in one line. */
  record Unknown(String reason) implements Nearest {}
}
