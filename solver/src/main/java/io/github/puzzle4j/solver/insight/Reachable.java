package io.github.puzzle4j.solver.insight;

import io.github.puzzle4j.solver.Bound;

/** The best value of a bound's cost while all other bounds are kept. */
public sealed interface Reachable {

  /** The bound. */
  Bound bound();

  /**
   * The sum closest to the bound.
   *
   * @param proven whether no selection comes closer
   */
  record Best(Bound bound, double value, boolean proven) implements Reachable {}

  /** The other bounds are infeasible already. */
  record Infeasible(Bound bound) implements Reachable {}

  /** The search ended without a result, for the given reason. */
  record Unknown(Bound bound, String reason) implements Reachable {}
}
