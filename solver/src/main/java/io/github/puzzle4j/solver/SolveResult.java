package io.github.puzzle4j.solver;

import java.util.List;

/** Result of solving a problem. */
public sealed interface SolveResult {

  /** Resources used. */
  Effort effort();

  /** One line for users. */
  String explanation();

  /**
   * At least one selection that keeps all limits.
   *
   * @param selections best first; fewer than requested if no more exist that are different enough,
   *     or if the time ran out
   * @param bound bound on the optimal objective
   * @param gap largest distance of a selection's objective from the bound of its search, relative
   *     to the larger of the two; 0 if they are equal
   * @param proven whether every selection is optimal among those different enough from its
   *     predecessors, and the requested number was found or shown not to exist
   */
  record Solved(List<Selection> selections, double bound, double gap, boolean proven, Effort effort)
      implements SolveResult {

    public Solved {
      selections = List.copyOf(selections);
      if (selections.isEmpty()) {
        throw new IllegalArgumentException("selections must not be empty");
      }
    }

    /** The best selection. */
    public Selection selection() {
      return selections.getFirst();
    }

    /** Sum of scores of the best selection. */
    public double objective() {
      return selection().objective();
    }

    @Override
    public String explanation() {
      return proven
          ? "optimal: objective %s".formatted(objective())
          : "feasible: objective %s, bound %s, gap %.3g".formatted(objective(), bound, gap);
    }
  }

  /** No selection keeps all limits. */
  record Infeasible(Conflict conflict, Effort effort) implements SolveResult {
    @Override
    public String explanation() {
      return conflict.explanation();
    }
  }

  /** Neither a selection nor a proof of infeasibility was found. */
  record Undecided(String reason, Effort effort) implements SolveResult {
    @Override
    public String explanation() {
      return "undecided: " + reason;
    }
  }
}
