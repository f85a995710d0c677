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
 * The epsilon constraint method: the optimum under a loose bound, then under the loosest bound that
 * this optimum does not keep, and so on until nothing is left. An optimum whose objective is no
 * worse than that of the one before shows that one to be no trade-off; then the cheapest selection
 * of that objective is asked for at once.
 */
final class ParetoWalk {

  private final SelectionProblem problem;
  private final Axis axis;
  private final int most;
  private final TimedSession session;
  private final TimedSession beside;
  private final List<SolveResult> results = new ArrayList<>();
  private boolean proven = true;

  /**
   * @param most how many trade-offs may be found
   */
  ParetoWalk(SelectionProblem problem, Axis axis, int most, TimedSession session) {
    this.problem = problem;
    this.axis = axis;
    this.most = most;
    this.session = session;
    this.beside = session.beside();
  }

  /**
   * Why the walk ended.
   *
   * @param complete whether nothing is missing
   */
  record End(boolean complete, String explanation) {}

  /** Walks through all budgets of the range, from loose to tight. */
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

  /** Trade-offs from loose to tight; a lone result without a selection if there is none. */
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

  /** False if it would be one more than wanted. */
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
    results.add(bettered ? cheapest(solved) : solved);
    return true;
  }

  /** By how much the objective is worse than before. */
  private BigDecimal worsening(Selection before, Selection after) {
    BigDecimal difference = after.exactObjective().subtract(before.exactObjective());
    return problem.sense().sign() < 0 ? difference.negate() : difference;
  }

  /** Of the selections of that objective the one with the least cost, if that can be found out. */
  private SolveResult.Solved cheapest(SolveResult.Solved solved) {
    if (!(beside.solve(axis.cheapest(problem, solved.selection()))
        instanceof SolveResult.Solved other)) {
      return solved;
    }
    Selection cheaper = other.selection().in(problem);
    // A bound on doubles may let one pass that is worse by less than their spacing.
    return worsening(solved.selection(), cheaper).signum() > 0
        ? solved
        : new SolveResult.Solved(
            List.of(cheaper), solved.bound(), solved.gap(), solved.proven(), solved.effort());
  }
}
