package io.github.puzzle4j.solver.insight;

import io.github.puzzle4j.solver.Bound;
import io.github.puzzle4j.solver.Conflict;
import io.github.puzzle4j.solver.Selection;
import io.github.puzzle4j.solver.SelectionProblem;
import io.github.puzzle4j.solver.SolveResult;
import io.github.puzzle4j.solver.TimedSession;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds the smallest common relaxation of conflicting bounds. First it determines which bounds must
 * be relaxed at all, then it narrows the relaxation by bisection until no smaller one is feasible.
 */
final class NearestLimitsSearch {

  /**
   * Relative width at which the bisection ends; from then on only strictly smaller relaxations are
   * tried.
   */
  private static final BigDecimal CLOSE = new BigDecimal("1e-6");

  private static final BigDecimal HALF = new BigDecimal("0.5");

  private final SelectionProblem problem;
  private final TimedSession session;
  private final List<Bound> relaxed = new ArrayList<>();
  private RelativeViolation lower = RelativeViolation.of(BigDecimal.ZERO);

  NearestLimitsSearch(SelectionProblem problem, TimedSession session) {
    this.problem = problem;
    this.session = session;
  }

  NearestLimits find(Conflict conflict) {
    Conflict next = conflict;
    while (true) {
      if (next instanceof Conflict.Uncoverable) {
        return new NearestLimits.None();
      }
      relaxed.addAll(next.bounds());
      switch (session.withSameDeadline().solve(under(List.of()))) {
        case SolveResult.Solved solved -> {
          return narrow(solved.selection());
        }
        // The remaining bounds conflict as well and must be relaxed too.
        case SolveResult.Infeasible other -> next = other.conflict();
        case SolveResult.Undecided unknown -> {
          return new NearestLimits.Unknown(unknown.reason());
        }
      }
    }
  }

  private SelectionProblem under(List<Bound> further) {
    List<Bound> bounds = new ArrayList<>(problem.bounds());
    bounds.removeAll(relaxed);
    bounds.addAll(further);
    return problem.withBounds(bounds);
  }

  /**
   * Alternates between asking for any strictly smaller relaxation than the best known and for half
   * the distance to the largest one known to be infeasible. One of the bounds is the objective of
   * these problems, so that an infeasible answer also yields a value.
   */
  private NearestLimits narrow(Selection first) {
    BoundRelaxation slackening = new BoundRelaxation(problem, relaxed);
    Selection known = boundedBelow(first, slackening);
    TimedSession asked = session.withSameDeadline();
    boolean half = false;
    while (slackening.needed(known).compareTo(lower) > 0) {
      RelativeViolation needed = slackening.needed(known);
      half = !half && gap(needed).compareTo(needed.rounded().multiply(CLOSE)) > 0;
      RelativeViolation share = half ? between(needed) : needed;
      switch (asked.solve(leastOfFirst(slackening, share, half))) {
        case SolveResult.Solved solved -> {
          Selection closest = solved.selection().in(problem);
          int order = slackening.needed(closest).compareTo(share);
          if (half ? order <= 0 : order < 0) {
            known = closest;
          } else if (solved.proven()) {
            lower = share;
          } else {
            return found(known, slackening, false);
          }
        }
        case SolveResult.Infeasible none -> lower = share;
        case SolveResult.Undecided unknown -> {
          return found(known, slackening, false);
        }
      }
    }
    return found(known, slackening, true);
  }

  /** Minimises the cost of the first bound while the others are relaxed by the share. */
  private SelectionProblem leastOfFirst(
      BoundRelaxation slackening, RelativeViolation share, boolean inclusive) {
    List<Bound> bounds =
        new ArrayList<>(inclusive ? slackening.within(share) : slackening.strictlyWithin(share));
    Bound first = bounds.removeFirst();
    return under(bounds).towards(first);
  }

  private BigDecimal gap(RelativeViolation needed) {
    return needed.rounded().subtract(lower.rounded());
  }

  private RelativeViolation between(RelativeViolation needed) {
    return RelativeViolation.of(lower.rounded().add(gap(needed).multiply(HALF)));
  }

  /**
   * The selection that needs the smallest relaxation among those optimal for one bound each; sets
   * {@link #lower}.
   */
  private Selection boundedBelow(Selection first, BoundRelaxation slackening) {
    Selection known = first;
    for (Bound bound : relaxed) {
      if (session.withSameDeadline().solve(under(List.of()).towards(bound))
          instanceof SolveResult.Solved solved) {
        Selection closest = solved.selection().in(problem);
        if (solved.proven()) {
          RelativeViolation alone = new BoundRelaxation(problem, List.of(bound)).needed(closest);
          lower = alone.compareTo(lower) > 0 ? alone : lower;
        }
        known =
            slackening.needed(closest).compareTo(slackening.needed(known)) < 0 ? closest : known;
      }
    }
    return known;
  }

  /** Optimises the objective within the relaxed limits. */
  private NearestLimits found(Selection known, BoundRelaxation slackening, boolean smallest) {
    RelativeViolation needed = slackening.needed(known);
    List<Bound> bounds = slackening.within(needed);
    double relaxation = needed.rounded().doubleValue();
    return session.withSameDeadline().solve(under(bounds)) instanceof SolveResult.Solved solved
        ? new NearestLimits.Found(relaxation, smallest, bounds, solved.selection(), solved.proven())
        : new NearestLimits.Found(relaxation, smallest, bounds, known, false);
  }
}
