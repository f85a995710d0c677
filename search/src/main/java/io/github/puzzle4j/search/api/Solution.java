package io.github.puzzle4j.search.api;

import io.github.puzzle4j.search.report.SolverText;
import io.github.puzzle4j.solver.Bound;
import io.github.puzzle4j.solver.Candidate;
import io.github.puzzle4j.solver.Selection;
import io.github.puzzle4j.solver.SelectionProblem;
import io.github.puzzle4j.solver.SolveOptions;
import io.github.puzzle4j.solver.SolveResult;
import io.github.puzzle4j.solver.insight.Relaxations;
import io.github.puzzle4j.solver.insight.Sensitivity;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The solver's answer. Prints the choice and its costs, or the nearest limits that could be kept.
 *
 * @param problem what was asked
 * @param result the answer
 * @param options that it was found with
 */
public record Solution(SelectionProblem problem, SolveResult result, SolveOptions options) {

  /** For the search of limits that can be kept. */
  private static final Duration REMEDY = Duration.ofSeconds(2);

  /** Whether a choice keeps all limits. */
  public boolean found() {
    return result instanceof SolveResult.Solved;
  }

  /** The best choice; empty if none was found. */
  public Optional<Selection> selection() {
    return result instanceof SolveResult.Solved solved
        ? Optional.of(solved.selection())
        : Optional.empty();
  }

  /** What was chosen for each layer; without rows if nothing was found. */
  public Table layers() {
    Table table = Table.of("layer", "last_layer", "candidate", "score");
    for (Candidate one : selection().map(Selection::chosen).orElse(List.of())) {
      table = table.with(one.firstLayer(), one.endLayer() - 1, one.id(), one.score());
    }
    return table;
  }

  /** The sums of its costs, and their limits; without rows if nothing was found. */
  public Table costs() {
    Table table = Table.of("cost", "sum", "at_least", "at_most");
    for (Map.Entry<String, Double> cost :
        selection().map(Selection::costs).orElse(Map.of()).entrySet()) {
      table =
          table.with(
              cost.getKey(),
              cost.getValue(),
              limit(cost.getKey(), Bound.Side.MIN),
              limit(cost.getKey(), Bound.Side.MAX));
    }
    return table;
  }

  private Object limit(String cost, Bound.Side side) {
    return problem.bounds().stream()
        .filter(bound -> bound.cost().equals(cost) && bound.side() == side)
        .<Object>map(Bound::value)
        .findFirst()
        .orElse("");
  }

  /** What more of each limit would buy; without rows if nothing was found. */
  public Table sensitivity() {
    Table table = Table.of("limit", "slack", "price", "step", "gain", "proven");
    if (result instanceof SolveResult.Solved solved) {
      for (Sensitivity.Marginal limit :
          Sensitivity.of(problem, solved, Map.of(), options, options.timeLimit()).limits()) {
        table =
            table.with(
                limit.bound().toString(),
                limit.slack(),
                limit.price(),
                limit.step(),
                limit.gain(),
                limit.proven());
      }
    }
    return table;
  }

  @Override
  public String toString() {
    return switch (result) {
      case SolveResult.Solved solved ->
          "%s%n%n%s%n%n%s".formatted(SolverText.summary(solved), layers(), costs());
      case SolveResult.Infeasible infeasible ->
          "infeasible: %s%n%s"
              .formatted(
                  infeasible.explanation(),
                  SolverText.of(Relaxations.of(problem, infeasible.conflict(), options, REMEDY)));
      case SolveResult.Undecided undecided -> undecided.explanation();
    };
  }
}
