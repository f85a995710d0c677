package io.github.puzzle4j.search.bench.solve;

import io.github.puzzle4j.solver.Bound;
import io.github.puzzle4j.solver.Candidate;
import io.github.puzzle4j.solver.PlainSolve;
import io.github.puzzle4j.solver.Selection;
import io.github.puzzle4j.solver.SelectionProblem;
import io.github.puzzle4j.solver.SolveResult;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;
import java.util.Optional;

/**
 * Keeps the best selection that any solver has found for a problem, and checks claims against it in
 * exact decimals. Sums are minimised, as in all instances.
 */
final class Referee {

  /** A distance from the optimum that is attributed to floating point. */
  private static final double TOLERANCE = 1e-9;

  private final SelectionProblem problem;
  private Optional<BigDecimal> best = Optional.empty();

  Referee(SelectionProblem problem) {
    this.problem = problem;
  }

  void hear(SolveResult result) {
    selection(result).ifPresent(this::hear);
  }

  void hear(PlainSolve.Outcome outcome) {
    outcome.selection().ifPresent(this::hear);
  }

  private void hear(Selection selection) {
    if (problem.broken(selection.chosen()).isEmpty()) {
      BigDecimal objective = objective(selection);
      best = Optional.of(best.map(known -> known.min(objective)).orElse(objective));
    }
  }

  /** Whether it is an optimum by all known selections, within floating-point accuracy. */
  boolean upholds(PlainSolve.Outcome outcome) {
    return outcome.claim() == PlainSolve.Claim.OPTIMAL
        && outcome.brokenLimits().isEmpty()
        && outcome.selection().map(this::excess).orElse(1.0) <= TOLERANCE;
  }

  BenchReport.Plain judge(PlainRace.Run run) {
    PlainSolve.Outcome outcome = run.outcome();
    boolean optimal = outcome.claim() == PlainSolve.Claim.OPTIMAL;
    double excess = outcome.selection().filter(s -> optimal).map(this::excess).orElse(0.0);
    boolean wrong =
        switch (outcome.claim()) {
          case OPTIMAL ->
              outcome.selection().isEmpty() || excess > 0 || !outcome.brokenLimits().isEmpty();
          case FEASIBLE -> !outcome.brokenLimits().isEmpty();
          case INFEASIBLE -> best.isPresent();
          case NOTHING -> false;
        };
    return new BenchReport.Plain(
        run.backend(),
        run.seconds(),
        run.limitSeconds(),
        outcome.claim().name().toLowerCase(Locale.ROOT),
        outcome.selection().map(Selection::objective),
        excess,
        outcome.brokenLimits().stream().map(Bound::toString).toList(),
        wrong,
        upholds(outcome));
  }

  BenchReport.Ours judge(SolveResult result, double seconds) {
    Optional<Selection> selection = selection(result);
    boolean broken = selection.filter(s -> !problem.broken(s.chosen()).isEmpty()).isPresent();
    boolean worse = selection.map(this::excess).orElse(0.0) > 0;
    String status;
    double gap = 0;
    boolean wrong = broken;
    switch (result) {
      case SolveResult.Solved solved -> {
        status = solved.proven() ? "optimal" : "feasible";
        gap = solved.gap();
        wrong |= solved.proven() && worse;
      }
      case SolveResult.Infeasible infeasible -> {
        status = "infeasible";
        wrong |= best.isPresent();
      }
      case SolveResult.Undecided undecided -> status = "undecided";
    }
    return new BenchReport.Ours(
        result.effort().backend(),
        seconds,
        status,
        selection.map(Selection::objective),
        gap,
        result.effort().removedCandidates(),
        result.effort().backendCalls(),
        wrong);
  }

  private static Optional<Selection> selection(SolveResult result) {
    return result instanceof SolveResult.Solved solved
        ? Optional.of(solved.selection())
        : Optional.empty();
  }

  /** How much worse than the best known, relative to that; 0 if it is not. */
  private double excess(Selection selection) {
    BigDecimal known = best.orElseGet(() -> objective(selection));
    BigDecimal distance = objective(selection).subtract(known).max(BigDecimal.ZERO);
    return known.signum() == 0
        ? distance.doubleValue()
        : distance.divide(known.abs(), MathContext.DECIMAL64).doubleValue();
  }

  private static BigDecimal objective(Selection selection) {
    return selection.chosen().stream()
        .map(Candidate::score)
        .map(BigDecimal::valueOf)
        .reduce(BigDecimal.ZERO, BigDecimal::add);
  }
}
