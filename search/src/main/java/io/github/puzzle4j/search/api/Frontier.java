package io.github.puzzle4j.search.api;

import io.github.puzzle4j.search.report.SolverText;
import io.github.puzzle4j.solver.sweep.Axis;
import io.github.puzzle4j.solver.sweep.FrontierPoint;
import io.github.puzzle4j.solver.sweep.FrontierSearch;
import java.util.ArrayList;
import java.util.List;

/**
 * The best objective at several limits on a cost. Prints its points.
 *
 * @param points as {@link FrontierSearch} found them
 */
public record Frontier(io.github.puzzle4j.solver.sweep.Frontier points) {

  /** The points; the objective is empty where no choice keeps the limits. */
  public Table table() {
    Axis axis = points.axes().getFirst();
    Table table =
        new Table(List.of("limit", "answer", "objective", axis.cost(), "pareto"), List.of());
    for (FrontierPoint point : points.points()) {
      List<Object> row = new ArrayList<>();
      row.add(point.budget(axis).isPresent() ? point.budget(axis).getAsDouble() : "");
      row.add(SolverText.status(point.result()));
      row.add(point.solved().<Object>map(solved -> solved.objective()).orElse(""));
      row.add(
          point
              .solved()
              .<Object>map(solved -> solved.selection().exactCost(axis.cost()).doubleValue())
              .orElse(""));
      row.add(point.paretoOptimal());
      table = table.with(row.toArray());
    }
    return table;
  }

  /** The objective over the cost. */
  public Plot plot() {
    List<Double> costs = new ArrayList<>();
    List<Double> objectives = new ArrayList<>();
    String cost = points.axes().getFirst().cost();
    for (FrontierPoint point : points.points()) {
      point
          .solved()
          .ifPresent(solved -> {
            costs.add(solved.selection().exactCost(cost).doubleValue());
            objectives.add(solved.objective());
          });
    }
    return new Plot("Best choices by " + cost, cost, "objective", List.of())
        .points("best choices", costs, objectives);
  }

  @Override
  public String toString() {
    return SolverText.of(points);
  }
}
