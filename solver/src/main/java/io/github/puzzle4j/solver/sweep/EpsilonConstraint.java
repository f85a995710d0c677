package io.github.puzzle4j.solver.sweep;

import io.github.puzzle4j.solver.Bound;
import io.github.puzzle4j.solver.Selection;
import io.github.puzzle4j.solver.SelectionProblem;
import io.github.puzzle4j.solver.SolveResult;
import io.github.puzzle4j.solver.TimedSession;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The epsilon-constraint method: the optimum under a loose bound, then under the loosest bound that
 * excludes this optimum, and so on until the problem is infeasible. If an optimum is no worse than
 * its predecessor, the predecessor is not Pareto-optimal; the cheapest selection with that
 * objective is then computed directly.
 */
final class EpsilonConstraint {

  private final SelectionProblem problem;
  private final Axis axis;
  private final int most;
  private final TimedSession session;
  private final TimedSession beside;
  private final List<SolveResult> results = new ArrayList<>();
  private boolean proven = true;

  /**
   * @param most maximum number of trade-offs
   */
  EpsilonConstraint(SelectionProblem problem, Axis axis, int most, TimedSession session) {
    this.problem = problem;
    this.axis = axis;
    this.most = most;
    this.session = session;
    this.beside = session.withSameDeadline();
  }

  /**
   * Reason why the walk ended.
   *
   * @param complete whether all trade-offs were found
   */
  record End(boolean complete, String explanation) {}

  /** Searches all budgets of the range, from loose to tight. */
  End walk(Range range) {
    double loosest = axis.side() == Bound.Side.MAX ? range.to() : range.from();
    double tightest = axis.side() == Bound.Side.MAX ? range.from() : range.to();
    Optional<Bound> bound =
        Double.isFinite(loosest) ? Optional.of(axis.bound(loosest)) : Optional.empty();
    while (bound.isEmpty() || leavesRoom(bound.get(), tightest)) {
      switch (session.solve(question(bound))) {
        case SolveResult.Solved solved -> {
          if (!add(solved)) {
            return new End(false, "ended at %d trade-offs, there are more".formatted(most));
          }
          bound = Optional.of(strictlyBeyond(last().selection()));
        }
        case SolveResult.Infeasible infeasible -> {
          if (results.isEmpty()) {
            results.add(infeasible);
          }
          return end();
        }
        case SolveResult.Undecided undecided -> {
          return new End(
              false, "%d trade-offs, then %s".formatted(results.size(), undecided.explanation()));
        }
      }
    }
    return end();
  }

  /** Trade-offs from loose to tight; a single result without a selection if there are none. */
  List<SolveResult> results() {
    return List.copyOf(results);
  }

  private End end() {
    long found = results.stream().filter(SolveResult.Solved.class::isInstance).count();
    return proven
        ? new End(true, "all %d trade-offs".formatted(found))
        : new End(false, "%d trade-offs, not all of them proven".formatted(found));
  }

  private SelectionProblem question(Optional<Bound> bound) {
    return bound.map(value -> axis.at(problem, value)).orElseGet(() -> axis.free(problem));
  }

  private boolean leavesRoom(Bound bound, double tightest) {
    double room = bound.sign() * (bound.value() - tightest);
    boolean crossed =
        axis.opposite(problem)
            .filter(other -> bound.sign() * (bound.value() - other.value()) < 0)
            .isPresent();
    return !crossed && room >= 0;
  }

  private Bound strictlyBeyond(Selection selection) {
    return Bound.excluding(axis.cost(), axis.side(), selection.exactCost(axis.cost()));
  }

  private SolveResult.Solved last() {
    return (SolveResult.Solved) results.getLast();
  }

  /** Returns false if the maximum number is reached. */
  private boolean add(SolveResult.Solved solved) {
    proven &= solved.proven();
    boolean bettered = false;
    while (!results.isEmpty() && worsening(last().selection(), solved.selection()).signum() <= 0) {
      results.removeLast();
      bettered = true;
    }
    if (results.size() == most) {
      return false;
    }
    // With pair terms, the objective cannot be limited, and the walk goes on step by step.
    results.add(bettered && problem.pairs().isEmpty() ? cheapest(solved) : solved);
    return true;
  }

  /** Increase of the signed objective. */
  private BigDecimal worsening(Selection before, Selection after) {
    BigDecimal difference = after.exactObjective().subtract(before.exactObjective());
    return problem.sense().sign() < 0 ? difference.negate() : difference;
  }

  /** The cheapest selection with that objective, if it can be found in time. */
  private SolveResult.Solved cheapest(SolveResult.Solved solved) {
    if (!(beside.solve(axis.cheapest(problem, solved.selection()))
        instanceof SolveResult.Solved other)) {
      return solved;
    }
    Selection cheaper = other.selection().in(problem);
    // The bound on the objective is a double and may admit a selection that is slightly worse.
    return worsening(solved.selection(), cheaper).signum() > 0
        ? solved
        : new SolveResult.Solved(
            List.of(cheaper), solved.bound(), solved.gap(), solved.proven(), solved.effort());
  }
}
