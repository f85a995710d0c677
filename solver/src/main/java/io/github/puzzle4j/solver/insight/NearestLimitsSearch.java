package io.github.puzzle4j.solver.insight;

import io.github.puzzle4j.solver.Bound;
import io.github.puzzle4j.solver.Selection;
import io.github.puzzle4j.solver.SelectionProblem;
import io.github.puzzle4j.solver.SolveResult;
import io.github.puzzle4j.solver.TimedSession;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds the smallest common relaxation of all bounds: the least share t such that some selection
 * violates no bound by more than t times its size. It is narrowed by bisection until no smaller one
 * is feasible. Of the bounds, in their order, those that can be kept nevertheless are not relaxed.
 * Only what is feasible decides, so that the result does not depend on the backend.
 */
final class NearestLimitsSearch {

  /**
   * Relative width at which the bisection ends; from then on only strictly smaller relaxations are
   * tried.
   */
  private static final BigDecimal CLOSE = new BigDecimal("1e-6");

  /** Share of the time after which the bisection ends, so that the result can be optimised. */
  private static final double SHARE_OF_BISECTION = 0.6;

  private static final BigDecimal HALF = new BigDecimal("0.5");

  private final SelectionProblem problem;
  private final TimedSession session;
  private final List<Bound> relaxed;
  private RelativeViolation lower = RelativeViolation.of(BigDecimal.ZERO);

  NearestLimitsSearch(SelectionProblem problem, TimedSession session) {
    this.problem = problem;
    this.session = session;
    this.relaxed = problem.bounds();
  }

  NearestLimits find() {
    return switch (session.withSameDeadline().solve(problem.withBounds(List.of()))) {
      case SolveResult.Solved solved -> narrow(solved.selection());
      case SolveResult.Infeasible none -> new NearestLimits.None();
      case SolveResult.Undecided unknown -> new NearestLimits.Unknown(unknown.reason());
    };
  }

  /**
   * Alternates between asking for any strictly smaller relaxation than the best known and for half
   * the distance to the largest one known to be infeasible. One of the bounds is the objective of
   * these problems, so that an infeasible answer also yields a value.
   */
  private NearestLimits narrow(Selection first) {
    BoundRelaxation slackening = new BoundRelaxation(problem, relaxed);
    Selection known = boundedBelow(first, slackening);
    TimedSession asked = session.withShare(SHARE_OF_BISECTION);
    // Its own cost is minimal; the others may exceed the share by what their doubles round.
    BoundRelaxation firstAlone = new BoundRelaxation(problem, List.of(relaxed.getFirst()));
    boolean half = false;
    while (slackening.needed(known).compareTo(lower) > 0) {
      RelativeViolation needed = slackening.needed(known);
      half = !half && gap(needed).compareTo(needed.rounded().multiply(CLOSE)) > 0;
      RelativeViolation share = half ? between(needed) : needed;
      switch (asked.solve(leastOfFirst(slackening, share, half))) {
        case SolveResult.Solved solved -> {
          Selection closest = solved.selection().in(problem);
          boolean smaller = isWithin(slackening.needed(closest), share, half);
          if (smaller) {
            known = closest;
          } else if (solved.proven() && !isWithin(firstAlone.needed(closest), share, half)) {
            lower = share;
          } else if (!half) {
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

  private static boolean isWithin(
      RelativeViolation needed, RelativeViolation share, boolean inclusive) {
    int order = needed.compareTo(share);
    return inclusive ? order <= 0 : order < 0;
  }

  /** Minimises the cost of the first bound while the others are relaxed by the share. */
  private SelectionProblem leastOfFirst(
      BoundRelaxation slackening, RelativeViolation share, boolean inclusive) {
    List<Bound> bounds =
        new ArrayList<>(inclusive ? slackening.within(share) : slackening.strictlyWithin(share));
    Bound first = bounds.removeFirst();
    return problem.withBounds(bounds).towards(first);
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
      if (session.withSameDeadline().solve(problem.withBounds(List.of()).towards(bound))
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

  /** Keeps the bounds that can be kept, and optimises the objective within the others. */
  private NearestLimits found(Selection known, BoundRelaxation slackening, boolean smallest) {
    RelativeViolation needed = slackening.needed(known);
    List<Bound> now = new ArrayList<>(slackening.within(needed));
    TimedSession asked = session.withSameDeadline();
    Selection closest = known;
    for (int place = 0; place < now.size(); place++) {
      Bound moved = now.get(place);
      now.set(place, relaxed.get(place));
      if (!admits(now, closest)) {
        if (asked.solve(problem.withBounds(now)) instanceof SolveResult.Solved solved) {
          closest = solved.selection().in(problem);
        } else {
          now.set(place, moved);
        }
      }
    }
    List<Bound> changed = new ArrayList<>(now);
    changed.removeAll(relaxed);
    double share = needed.rounded().doubleValue();
    double least = smallest ? share : lower.rounded().doubleValue();
    return session.withSameDeadline().solve(problem.withBounds(now))
            instanceof SolveResult.Solved solved
        ? new NearestLimits.Found(
            share, least, smallest, changed, solved.selection(), solved.proven())
        : new NearestLimits.Found(share, least, smallest, changed, closest, false);
  }

  private static boolean admits(List<Bound> bounds, Selection selection) {
    return bounds.stream().allMatch(bound -> bound.admits(selection.exactCost(bound.cost())));
  }
}
