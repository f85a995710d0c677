package io.github.puzzle4j.solver;

import java.util.List;

/** What came of a problem. */
public sealed interface SolveResult {

  /** What it took. */
  Effort effort();

  /** One line for a person. */
  String explanation();

  /**
   * At least one selection that keeps all limits.
   *
   * @param selections best first; fewer than asked for where no more exist that are different
   *     enough, or where the time ended
   * @param bound no selection can have an objective better than this
   * @param gap the largest distance of a selection's objective from the bound of its own search,
   *     relative to the larger of the two; 0 where they are equal
   * @param proven every selection is the best one that differs enough from those before it, and all
   *     that were asked for are there or shown not to exist
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

    /** The best selection's sum of scores. */
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

  /** Neither a selection nor a proof that there is none was found. */
  record Undecided(String reason, Effort effort) implements SolveResult {
    @Override
    public String explanation() {
      return "undecided: " + reason;
    }
  }
}
