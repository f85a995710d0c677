package io.github.puzzle4j.solver.sweep;

import io.github.puzzle4j.solver.Bound;
import io.github.puzzle4j.solver.Selection;
import io.github.puzzle4j.solver.SelectionProblem;
import io.github.puzzle4j.solver.Sense;
import io.github.puzzle4j.solver.SolveResult;
import io.github.puzzle4j.solver.TimedSession;

/** Finds the range of budgets in which a limit has an effect. */
final class FrontierEnds {

  private final SelectionProblem problem;
  private final TimedSession session;

  FrontierEnds(SelectionProblem problem, TimedSession session) {
    this.problem = problem;
    this.session = session.withSameDeadline();
  }

  /** The range, or the reason why there is none. */
  sealed interface Ends {}

  /** Both ends were found. */
  record Found(Range range) implements Ends {}

  /** No selection within the other limits was found. */
  record Missing(SolveResult reason) implements Ends {}

  /** Replaces open ends of a range. */
  Ends of(Axis axis, Range range) {
    if (range.isGiven()) {
      return new Found(range);
    }
    return switch (session.solve(axis.cheapest(problem))) {
      case SolveResult.Solved tight ->
          switch (session.withSameDeadline().solve(axis.free(problem))) {
            case SolveResult.Solved best -> new Found(range.or(between(axis, tight, best)));
            case SolveResult.Infeasible none -> new Missing(none);
            case SolveResult.Undecided unknown -> new Missing(unknown);
          };
      case SolveResult.Infeasible none -> new Missing(none);
      case SolveResult.Undecided unknown -> new Missing(unknown);
    };
  }

  private Range between(Axis axis, SolveResult.Solved tight, SolveResult.Solved best) {
    double one = axis.needed(tight.selection().in(problem));
    double other = axis.needed(loose(axis, best.selection()));
    return new Range(Math.min(one, other), Math.max(one, other));
  }

  /** The cheapest selection that is at least as good as this one, if it can be found in time. */
  private Selection loose(Axis axis, Selection best) {
    if (!problem.pairs().isEmpty()) {
      return cheaperStepByStep(axis, best);
    }
    return session.withSameDeadline().solve(axis.cheapest(problem, best))
            instanceof SolveResult.Solved least
        ? least.selection().in(problem)
        : best;
  }

  /** Asks for any cheaper selection, as long as one is as good. */
  private Selection cheaperStepByStep(Axis axis, Selection best) {
    TimedSession steps = session.withSameDeadline();
    Selection known = best;
    while (true) {
      Bound cheaper = Bound.excluding(axis.cost(), axis.side(), known.exactCost(axis.cost()));
      boolean crossed =
          axis.opposite(problem)
              .filter(other -> cheaper.sign() * (cheaper.value() - other.value()) < 0)
              .isPresent();
      if (crossed
          || !(steps.solve(axis.at(problem, cheaper)) instanceof SolveResult.Solved next)
          || isWorse(next.selection(), best)) {
        return known;
      }
      known = next.selection().in(problem);
    }
  }

  private boolean isWorse(Selection one, Selection other) {
    int order = one.exactObjective().compareTo(other.exactObjective());
    return problem.sense() == Sense.MIN ? order > 0 : order < 0;
  }
}
