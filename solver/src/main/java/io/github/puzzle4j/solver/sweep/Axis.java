package io.github.puzzle4j.solver.sweep;

import io.github.puzzle4j.solver.Bound;
import io.github.puzzle4j.solver.Candidate;
import io.github.puzzle4j.solver.InvalidProblemException;
import io.github.puzzle4j.solver.Limit;
import io.github.puzzle4j.solver.Selection;
import io.github.puzzle4j.solver.SelectionProblem;
import io.github.puzzle4j.solver.Sense;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The limit that a sweep varies.
 *
 * @param side {@code MAX} if the cost is to be kept small, {@code MIN} if it is to be kept large
 */
public record Axis(String cost, Bound.Side side) {

  /**
   * The axis for a limit of a problem: the lower bound of a limit that has only {@code min},
   * otherwise the upper bound. A cost without a limit gets an upper bound.
   *
   * @throws InvalidProblemException if not every candidate states the cost, with a list of the
   *     costs that all state
   */
  public static Axis of(SelectionProblem problem, String cost) throws InvalidProblemException {
    if (!problem.commonCosts().contains(cost)) {
      throw new InvalidProblemException(
          "there is no cost '%s' that every candidate states; there are: %s"
              .formatted(cost, String.join(", ", problem.commonCosts())));
    }
    return new Axis(
        cost,
        problem.limits().get(cost) instanceof Limit.AtLeast ? Bound.Side.MIN : Bound.Side.MAX);
  }

  Bound bound(double value) {
    return new Bound(cost, side, value);
  }

  /** The tightest value of the bound that admits the selection. */
  double needed(Selection selection) {
    return Bound.admitting(cost, side, selection.exactCost(cost)).value();
  }

  /** The problem's bounds except the one on this axis. */
  List<Bound> others(SelectionProblem problem) {
    return problem.bounds().stream().filter(bound -> !bound.sameSide(bound(0))).toList();
  }

  /** The bound on the other side of the same cost, if the limit has both. */
  Optional<Bound> opposite(SelectionProblem problem) {
    return others(problem).stream().filter(bound -> bound.cost().equals(cost)).findFirst();
  }

  /** The problem with its bound on this axis replaced. */
  SelectionProblem at(SelectionProblem problem, Bound bound) {
    List<Bound> bounds = new ArrayList<>(others(problem));
    bounds.add(bound);
    return problem.withBounds(bounds);
  }

  /** The problem without its bound on this axis. */
  SelectionProblem free(SelectionProblem problem) {
    return problem.withBounds(others(problem));
  }

  /** The problem of optimising this cost within the other bounds. */
  SelectionProblem cheapest(SelectionProblem problem) {
    return free(problem).towards(bound(0));
  }

  /**
   * The problem of optimising this cost among selections whose objective is at least as good as
   * that of the given one. The problem must have no pair terms, as the objective becomes a cost.
   */
  SelectionProblem cheapest(SelectionProblem problem, Selection selection) {
    String objective = unusedName(problem);
    Bound.Side better = problem.sense() == Sense.MIN ? Bound.Side.MAX : Bound.Side.MIN;
    List<Bound> bounds = new ArrayList<>(others(problem));
    bounds.add(Bound.admitting(objective, better, selection.exactObjective()));
    return problem
        .withCandidates(problem.candidates().stream().map(c -> costing(objective, c)).toList())
        .towards(bound(0))
        .withBounds(bounds);
  }

  private static Candidate costing(String objective, Candidate candidate) {
    Map<String, Double> costs = new LinkedHashMap<>(candidate.costs());
    costs.put(objective, candidate.score());
    return new Candidate(candidate.id(), candidate.layers(), candidate.score(), costs);
  }

  private static String unusedName(SelectionProblem problem) {
    String name = "objective";
    while (isUsed(name, problem)) {
      name += "'";
    }
    return name;
  }

  private static boolean isUsed(String name, SelectionProblem problem) {
    return problem.candidates().stream().anyMatch(c -> c.costs().containsKey(name));
  }
}
