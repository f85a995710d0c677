package io.github.puzzle4j.search.bench.solve;

import io.github.puzzle4j.search.bench.Clock;
import io.github.puzzle4j.solver.Candidate;
import io.github.puzzle4j.solver.Limit;
import io.github.puzzle4j.solver.SelectionProblem;
import io.github.puzzle4j.solver.SelectionSolver;
import io.github.puzzle4j.solver.SolveOptions;
import io.github.puzzle4j.solver.SolveResult;
import io.github.puzzle4j.solver.SolveSession;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Compares a whole frontier by our solver with some of its points by the plain backend that is
 * fastest in its middle. Finding the ends of the frontier is not timed, since users give budgets.
 */
final class FrontierRace {

  static final int POINTS = 50;
  static final int PLAIN_SOLVES = 10;

  private static final int DECIMALS = 6;
  private static final String LIMIT = Instance.RUNTIME;

  private final PlainRace plain;
  private final SolveOptions options;

  FrontierRace(PlainRace plain, SolveOptions options) {
    this.plain = plain;
    this.options = options;
  }

  /** Empty where the ends of the frontier were not found in the time. */
  Optional<BenchReport.Frontier> run(Instance instance) {
    SelectionProblem problem = instance.problem();
    Optional<Double> least = least(problem);
    Optional<Double> most = sum(without(problem));
    if (least.isEmpty() || most.isEmpty()) {
      return Optional.empty();
    }
    List<SelectionProblem> points =
        budgets(least.get(), most.get()).stream().map(budget -> at(problem, budget)).toList();
    Clock.Timed<List<SolveResult>> ours = Clock.time(() -> solveAll(points));
    int proven = (int) ours.result().stream().filter(FrontierRace::proven).count();
    String fastest = fastest(points.get(POINTS / 2), ours.result().get(POINTS / 2));
    double seconds = 0;
    int ended = 0;
    for (int number = 0; number < PLAIN_SOLVES; number++) {
      int point = Math.round((float) number * (POINTS - 1) / (PLAIN_SOLVES - 1));
      PlainRace.Run run = plain.once(points.get(point), fastest);
      seconds += run.seconds();
      ended += referee(points.get(point), ours.result().get(point)).upholds(run.outcome()) ? 1 : 0;
    }
    return Optional.of(
        new BenchReport.Frontier(
            instance.name(),
            LIMIT,
            least.get(),
            most.get(),
            POINTS,
            proven,
            ours.seconds(),
            fastest,
            PLAIN_SOLVES,
            ended,
            seconds,
            Ratio.of(seconds, ended == PLAIN_SOLVES, ours.seconds(), proven == POINTS)));
  }

  /** From tight to loose, so that each point's selection fits the next one's budget. */
  private List<SolveResult> solveAll(List<SelectionProblem> points) {
    SolveSession session = SolveSession.with(options);
    return points.stream().map(session::solve).toList();
  }

  private String fastest(SelectionProblem problem, SolveResult ours) {
    Referee referee = referee(problem, ours);
    Comparator<PlainRace.Run> order =
        Comparator.comparing((PlainRace.Run run) -> !referee.upholds(run.outcome()))
            .thenComparingDouble(PlainRace.Run::seconds);
    return plain.run(problem, referee, Map.of()).stream().min(order).orElseThrow().backend();
  }

  private static Referee referee(SelectionProblem problem, SolveResult ours) {
    Referee referee = new Referee(problem);
    referee.hear(ours);
    return referee;
  }

  private static boolean proven(SolveResult result) {
    return result instanceof SolveResult.Solved solved && solved.proven();
  }

  /** The smallest budget under which anything fits. */
  private Optional<Double> least(SelectionProblem problem) {
    List<Candidate> candidates =
        problem.candidates().stream()
            .map(c -> new Candidate(c.id(), c.layers(), c.cost(LIMIT), c.costs()))
            .toList();
    SelectionProblem cheapest = without(problem);
    return sum(
        SelectionProblem.of(problem.layers(), problem.sense(), candidates, cheapest.limits()));
  }

  /** The solution's sum. */
  private Optional<Double> sum(SelectionProblem problem) {
    return SelectionSolver.solve(problem, options) instanceof SolveResult.Solved solved
        ? Optional.ofNullable(solved.selection().costs().get(LIMIT))
        : Optional.empty();
  }

  private static List<Double> budgets(double least, double most) {
    BigDecimal first = BigDecimal.valueOf(least);
    BigDecimal width = BigDecimal.valueOf(most).subtract(first);
    List<Double> budgets = new ArrayList<>();
    for (int point = 0; point < POINTS; point++) {
      BigDecimal way =
          width
              .multiply(BigDecimal.valueOf(point))
              .divide(BigDecimal.valueOf(POINTS - 1L), DECIMALS, RoundingMode.CEILING);
      budgets.add(first.add(way).doubleValue());
    }
    return budgets;
  }

  private static SelectionProblem without(SelectionProblem problem) {
    Map<String, Limit> limits = new LinkedHashMap<>(problem.limits());
    limits.remove(LIMIT);
    return problem.withLimits(limits);
  }

  private static SelectionProblem at(SelectionProblem problem, double budget) {
    Map<String, Limit> limits = new LinkedHashMap<>(problem.limits());
    limits.put(LIMIT, new Limit.AtMost(budget));
    return problem.withLimits(limits);
  }
}
