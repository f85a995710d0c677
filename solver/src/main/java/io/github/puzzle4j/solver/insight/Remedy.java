package io.github.puzzle4j.solver.insight;

import io.github.puzzle4j.solver.Bound;
import io.github.puzzle4j.solver.Conflict;
import io.github.puzzle4j.solver.SelectionProblem;
import io.github.puzzle4j.solver.SolveOptions;
import io.github.puzzle4j.solver.SolveResult;
import io.github.puzzle4j.solver.TimedSession;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What would have to give way where no selection keeps all limits.
 *
 * @param reachable for each side of each limit, in the order of the limits
 * @param nearest the closest limits that work
 */
public record Remedy(List<Reach> reachable, Nearest nearest) {

  public Remedy {
    reachable = List.copyOf(reachable);
  }

  /**
   * Looks for a remedy.
   *
   * @param conflict why the problem has no selection
   * @param each how to solve each question that comes up
   * @param total the time for all of them together
   */
  public static Remedy of(
      SelectionProblem problem, Conflict conflict, SolveOptions each, Duration total) {
    SelectionProblem single = problem.withSolutions(1, 0);
    SelectionProblem narrowed = single.narrowed().orElse(single);
    TimedSession session = TimedSession.start(each, total);
    List<Reach> reachable = new ArrayList<>();
    for (Bound bound : narrowed.bounds()) {
      reachable.add(reach(narrowed, conflict, bound, session.beside()));
    }
    return new Remedy(reachable, new NearestSearch(narrowed, session).find(conflict));
  }

  private static Reach reach(
      SelectionProblem problem, Conflict conflict, Bound bound, TimedSession session) {
    if (!conflict.bounds().contains(bound)) {
      // All that conflicts is among the others.
      return new Reach.Nothing(bound);
    }
    List<Bound> others = new ArrayList<>(problem.bounds());
    others.remove(bound);
    return switch (session.solve(CostObjective.of(problem.withBounds(others), bound))) {
      case SolveResult.Solved solved ->
          new Reach.Best(
              bound, solved.selection().exactCost(bound.cost()).doubleValue(), solved.proven());
      case SolveResult.Infeasible none -> new Reach.Nothing(bound);
      case SolveResult.Undecided unknown -> new Reach.Unknown(bound, unknown.reason());
    };
  }
}
