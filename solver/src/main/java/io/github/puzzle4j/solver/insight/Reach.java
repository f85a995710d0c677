package io.github.puzzle4j.solver.insight;

import io.github.puzzle4j.solver.Bound;

/** How far one side of a limit can be met while all others are kept. */
public sealed interface Reach {

  /** The side of the limit. */
  Bound bound();

  /**
   * The sum closest to the bound.
   *
   * @param proven whether no selection comes closer
   */
  record Best(Bound bound, double value, boolean proven) implements Reach {}

  /** No selection keeps even the others. */
  record Nothing(Bound bound) implements Reach {}

  /** Not known; the reason in one line. */
  record Unknown(Bound bound, String reason) implements Reach {}
}
