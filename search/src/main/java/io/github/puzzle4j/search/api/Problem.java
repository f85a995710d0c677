package io.github.puzzle4j.search.api;

import io.github.puzzle4j.solver.Bound;
import io.github.puzzle4j.solver.Candidate;
import io.github.puzzle4j.solver.InvalidProblemException;
import io.github.puzzle4j.solver.SelectionProblem;
import io.github.puzzle4j.solver.SelectionSolver;
import io.github.puzzle4j.solver.SolveOptions;
import io.github.puzzle4j.solver.sweep.Axis;
import io.github.puzzle4j.solver.sweep.FrontierSearch;
import io.github.puzzle4j.solver.sweep.Range;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a child is chosen from: candidates for each layer, and limits. Prints its limits.
 *
 * @param name where it comes from
 * @param problem for the solver
 */
public record Problem(String name, SelectionProblem problem) {

  /** The names of the costs that may be limited, such as {@code memory_bytes}. */
  public List<String> costs() {
    return problem.commonCosts().stream().sorted().toList();
  }

  /** All candidates with their scores and costs. */
  public Table candidates() {
    List<String> columns = new ArrayList<>(List.of("candidate", "layer", "last_layer", "score"));
    columns.addAll(costs());
    List<List<Object>> rows = new ArrayList<>();
    for (Candidate candidate : problem.candidates()) {
      List<Object> row =
          new ArrayList<>(
              List.of(
                  candidate.id(),
                  candidate.firstLayer(),
                  candidate.endLayer() - 1,
                  candidate.score()));
      costs().forEach(cost -> row.add(candidate.cost(cost)));
      rows.add(row);
    }
    return new Table(columns, rows);
  }

  /**
   * With another upper limit: the sum of a cost over the child's layers is at most this.
   *
   * @throws InvalidProblemException if there is no such cost
   */
  public Problem atMost(String cost, double sum) throws InvalidProblemException {
    return with(new Bound(checked(cost), Bound.Side.MAX, sum));
  }

  /**
   * With another lower limit: the sum of a cost over the child's layers is at least this.
   *
   * @throws InvalidProblemException if there is no such cost
   */
  public Problem atLeast(String cost, double sum) throws InvalidProblemException {
    return with(new Bound(checked(cost), Bound.Side.MIN, sum));
  }

  /** Without any limit on a cost. */
  public Problem unlimited(String cost) throws InvalidProblemException {
    String named = checked(cost);
    return with(problem.bounds().stream().filter(bound -> !bound.cost().equals(named)).toList());
  }

  private String checked(String cost) throws InvalidProblemException {
    return Axis.of(problem, cost).cost();
  }

  private Problem with(Bound bound) {
    List<Bound> bounds =
        new ArrayList<>(problem.bounds().stream().filter(old -> !old.sameSide(bound)).toList());
    bounds.add(bound);
    return with(bounds);
  }

  private Problem with(List<Bound> bounds) {
    return new Problem(name, problem.withBounds(bounds));
  }

  /**
   * With a candidate that has to be chosen.
   *
   * @throws IllegalArgumentException if there is none of this name, or if it cannot be chosen
   */
  public Problem require(String candidate) {
    return new Problem(name, problem.withRequired(with(problem.required(), candidate)));
  }

  /**
   * Without a candidate.
   *
   * @throws IllegalArgumentException if there is none of this name
   */
  public Problem forbid(String candidate) {
    return new Problem(name, problem.withForbidden(with(problem.forbidden(), candidate)));
  }

  private static List<String> with(List<String> ids, String candidate) {
    return Stream.concat(ids.stream(), Stream.of(candidate)).distinct().toList();
  }

  /** The best choice within the limits, with a proof, or why there is none. */
  public Solution solve() {
    return solve(SolveOptions.defaults());
  }

  /** The same with another backend, time limit or seed. */
  public Solution solve(SolveOptions options) {
    return new Solution(problem, SelectionSolver.solve(problem, options), options);
  }

  /**
   * The best choices at evenly spaced limits on a cost; other limits are kept.
   *
   * @param points how many
   * @throws InvalidProblemException if there is no such cost
   */
  public Frontier frontier(String cost, int points) throws InvalidProblemException {
    SolveOptions options = SolveOptions.defaults();
    return new Frontier(
        FrontierSearch.of(problem, options, options.timeLimit())
            .even(Axis.of(problem, cost), Range.ALL, points));
  }

  @Override
  public String toString() {
    Table limits = Table.of("limit", "side", "value");
    for (Bound bound : problem.bounds()) {
      limits =
          limits.with(bound.cost(), bound.side() == Bound.Side.MIN ? "min" : "max", bound.value());
    }
    return "%s: %d candidates for %d layers; costs: %s%n%s"
        .formatted(
            name,
            problem.candidates().size(),
            problem.layers(),
            String.join(", ", costs()),
            limits.rows().isEmpty() ? "no limits" : limits);
  }
}
