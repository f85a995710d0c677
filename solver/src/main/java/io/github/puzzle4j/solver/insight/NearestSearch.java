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
 * Finds the smallest common relaxation of conflicting bounds: first which bounds must give way at
 * all, then by bisection a selection that needs little, until it is shown that none needs less.
 */
final class NearestSearch {

  /** Bisection ends here, relative to what is needed; from then on only less is asked for. */
  private static final BigDecimal CLOSE = new BigDecimal("1e-6");

  private static final BigDecimal HALF = new BigDecimal("0.5");

  private final SelectionProblem problem;
  private final TimedSession session;
  private final List<Bound> relaxed = new ArrayList<>();
  private Share lower = Share.of(BigDecimal.ZERO);

  NearestSearch(SelectionProblem problem, TimedSession session) {
    this.problem = problem;
    this.session = session;
  }

  Nearest find(Conflict conflict) {
    Conflict next = conflict;
    while (true) {
      if (next instanceof Conflict.Uncoverable) {
        return new Nearest.None();
      }
      relaxed.addAll(next.bounds());
      switch (session.beside().solve(under(List.of()))) {
        case SolveResult.Solved solved -> {
          return narrow(solved.selection());
        }
        // What is left conflicts by itself; that must give way too.
        case SolveResult.Infeasible other -> next = other.conflict();
        case SolveResult.Undecided unknown -> {
          return new Nearest.Unknown(unknown.reason());
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
   * Alternately asks for strictly less than is known to be enough, and for half the way down to
   * what is known to be too little. One of the bounds is the objective of these questions, so that
   * there is an answer to learn from also where it is no.
   */
  private Nearest narrow(Selection first) {
    Slackening slackening = new Slackening(problem, relaxed);
    Selection known = boundedBelow(first, slackening);
    TimedSession asked = session.beside();
    boolean half = false;
    while (slackening.needed(known).compareTo(lower) > 0) {
      Share needed = slackening.needed(known);
      half = !half && gap(needed).compareTo(needed.rounded().multiply(CLOSE)) > 0;
      Share share = half ? between(needed) : needed;
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

  /** The least of what the first bound limits, where the others keep to the share. */
  private SelectionProblem leastOfFirst(Slackening slackening, Share share, boolean inclusive) {
    List<Bound> bounds =
        new ArrayList<>(inclusive ? slackening.within(share) : slackening.strictlyWithin(share));
    Bound first = bounds.removeFirst();
    return CostObjective.of(under(bounds), first);
  }

  private BigDecimal gap(Share needed) {
    return needed.rounded().subtract(lower.rounded());
  }

  private Share between(Share needed) {
    return Share.of(lower.rounded().add(gap(needed).multiply(HALF)));
  }

  /** The selection that needs least among those best for one bound each; sets {@link #lower}. */
  private Selection boundedBelow(Selection first, Slackening slackening) {
    Selection known = first;
    for (Bound bound : relaxed) {
      if (session.beside().solve(CostObjective.of(under(List.of()), bound))
          instanceof SolveResult.Solved solved) {
        Selection closest = solved.selection().in(problem);
        if (solved.proven()) {
          Share alone = new Slackening(problem, List.of(bound)).needed(closest);
          lower = alone.compareTo(lower) > 0 ? alone : lower;
        }
        known =
            slackening.needed(closest).compareTo(slackening.needed(known)) < 0 ? closest : known;
      }
    }
    return known;
  }

  /** With the best objective that the limits allow now. */
  private Nearest found(Selection known, Slackening slackening, boolean smallest) {
    Share needed = slackening.needed(known);
    List<Bound> bounds = slackening.within(needed);
    double relaxation = needed.rounded().doubleValue();
    return session.beside().solve(under(bounds)) instanceof SolveResult.Solved solved
        ? new Nearest.Found(relaxation, smallest, bounds, solved.selection(), solved.proven())
        : new Nearest.Found(relaxation, smallest, bounds, known, false);
  }
}
