package io.github.puzzle4j.solver.sweep;

import io.github.puzzle4j.solver.Bound;
import io.github.puzzle4j.solver.Selection;
import io.github.puzzle4j.solver.SelectionProblem;
import io.github.puzzle4j.solver.SolveResult;
import io.github.puzzle4j.solver.TimedSession;

/** Finds the budgets between which a limit matters. */
final class FrontierEnds {

  private final SelectionProblem problem;
  private final TimedSession session;

  FrontierEnds(SelectionProblem problem, TimedSession session) {
    this.problem = problem;
    this.session = session.beside();
  }

  /** The ends, or why there are none. */
  sealed interface Ends {}

  /** Both ends. */
  record Found(Range range) implements Ends {}

  /** No selection is known to keep the other limits. */
  record Missing(SolveResult reason) implements Ends {}

  /** The range with its open ends found. */
  Ends of(Axis axis, Range range) {
    if (range.isGiven()) {
      return new Found(range);
    }
    return switch (session.solve(axis.cheapest(problem))) {
      case SolveResult.Solved tight ->
          switch (session.beside().solve(axis.free(problem))) {
            case SolveResult.Solved best -> new Found(range.or(between(axis, tight, best)));
            case SolveResult.Infeasible none -> new Missing(none);
            case SolveResult.Undecided unknown -> new Missing(unknown);
          };
      case SolveResult.Infeasible none -> new Missing(none);
      case SolveResult.Undecided unknown -> new Missing(unknown);
    };
  }

  private Range between(Axis axis, SolveResult.Solved tight, SolveResult.Solved best) {
    double one = needed(axis, tight.selection().in(problem));
    double other = needed(axis, loose(axis, best.selection()));
    return new Range(Math.min(one, other), Math.max(one, other));
  }

  /** Of the selections as good as this one the one with the least cost, if that is found out. */
  private Selection loose(Axis axis, Selection best) {
    return session.beside().solve(axis.cheapest(problem, best)) instanceof SolveResult.Solved least
        ? least.selection().in(problem)
        : best;
  }

  private static double needed(Axis axis, Selection selection) {
    return Bound.admitting(axis.cost(), axis.side(), selection.exactCost(axis.cost())).value();
  }
}
