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
 * The limit that a sweep moves.
 *
 * @param side {@code MAX} where small sums of the cost are wanted, {@code MIN} where large ones are
 */
public record Axis(String cost, Bound.Side side) {

  /**
   * The axis of a problem's limit: a limit with {@code min} alone moves that side, any other the
   * largest sum. A cost without a limit is bounded from above.
   *
   * @throws InvalidProblemException if not every candidate states the cost, listing those that they
   *     do
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

  /** Whether sums are wanted small or large. */
  Sense sense() {
    return side == Bound.Side.MAX ? Sense.MIN : Sense.MAX;
  }

  /** The problem's bounds without the one that this axis moves. */
  List<Bound> others(SelectionProblem problem) {
    return problem.bounds().stream().filter(bound -> !bound.sameSide(bound(0))).toList();
  }

  /** The bound on the other side of the same cost, if the limit has both. */
  Optional<Bound> opposite(SelectionProblem problem) {
    return others(problem).stream().filter(bound -> bound.cost().equals(cost)).findFirst();
  }

  /** The problem with its bounds on this axis replaced. */
  SelectionProblem at(SelectionProblem problem, Bound bound) {
    List<Bound> bounds = new ArrayList<>(others(problem));
    bounds.add(bound);
    return problem.withBounds(bounds);
  }

  /** The problem without its bound on this axis. */
  SelectionProblem free(SelectionProblem problem) {
    return problem.withBounds(others(problem));
  }

  /** Which selection keeps the problem's other bounds at the least of this cost? */
  SelectionProblem cheapest(SelectionProblem problem) {
    return free(problem).withScores(sense(), candidate -> candidate.cost(cost));
  }

  /** The same, but only among selections whose objective is not worse than that one's. */
  SelectionProblem cheapest(SelectionProblem problem, Selection selection) {
    String objective = unusedName(problem);
    Bound.Side better = problem.sense() == Sense.MIN ? Bound.Side.MAX : Bound.Side.MIN;
    List<Bound> bounds = new ArrayList<>(others(problem));
    bounds.add(Bound.admitting(objective, better, selection.exactObjective()));
    return problem
        .withCandidates(problem.candidates().stream().map(c -> costing(objective, c)).toList())
        .withScores(sense(), candidate -> candidate.cost(cost))
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
