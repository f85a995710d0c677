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
 * Relaxations that would make an infeasible problem feasible.
 *
 * @param reachable for each bound, in the order of the limits
 * @param nearest the closest feasible limits
 */
public record Relaxations(List<Reachable> reachable, NearestLimits nearest) {

  public Relaxations {
    reachable = List.copyOf(reachable);
  }

  /**
   * Searches for relaxations. Dozens of problems are solved for them; a backend that was chosen by
   * name is replaced by {@link SolveOptions#EXACT}, so that the result depends on none and is found
   * in time.
   *
   * @param conflict reason why the problem is infeasible
   * @param each options for each subproblem
   * @param total time for all of them together
   */
  public static Relaxations of(
      SelectionProblem problem, Conflict conflict, SolveOptions each, Duration total) {
    SelectionProblem narrowed = problem.single();
    boolean auto = each.backend().equals(SolveOptions.AUTO);
    SolveOptions own = auto ? each : each.withBackend(SolveOptions.EXACT);
    TimedSession session = TimedSession.start(own, total);
    List<Reachable> reachable = new ArrayList<>();
    for (Bound bound : narrowed.bounds()) {
      reachable.add(reach(narrowed, conflict, bound, session.withSameDeadline()));
    }
    return new Relaxations(reachable, new NearestLimitsSearch(narrowed, session).find());
  }

  private static Reachable reach(
      SelectionProblem problem, Conflict conflict, Bound bound, TimedSession session) {
    if (!conflict.bounds().contains(bound)) {
      // The other bounds include the whole conflict.
      return new Reachable.Infeasible(bound);
    }
    List<Bound> others = new ArrayList<>(problem.bounds());
    others.remove(bound);
    return switch (session.solve(problem.withBounds(others).towards(bound))) {
      case SolveResult.Solved solved ->
          new Reachable.Best(
              bound, solved.selection().exactCost(bound.cost()).doubleValue(), solved.proven());
      case SolveResult.Infeasible none -> new Reachable.Infeasible(bound);
      case SolveResult.Undecided unknown -> new Reachable.Unknown(bound, unknown.reason());
    };
  }
}
