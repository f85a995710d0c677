package io.github.puzzle4j.solver;

import io.github.puzzle4j.solver.backend.SolverBackends;
import java.time.Duration;

/**
 * Solves one problem after another, each helped by what was found for those before it: neighbours
 * on a frontier share most of their answers. Every answer is as exact as {@link
 * SelectionSolver#solve}'s; among selections of equal objective, which one is returned may depend
 * on what was solved before.
 *
 * <p>Not safe for use by several threads at once.
 */
public final class SolveSession {

  private final SolveOptions options;
  private final SolverBackends backends = SolverBackends.installed();
  private final Experience experience = new Experience();

  private SolveSession(SolveOptions options) {
    this.options = options;
  }

  /** A session in which each problem is solved as the options say. */
  public static SolveSession with(SolveOptions options) {
    return new SolveSession(options);
  }

  /** Solves as {@link SelectionSolver#solve} does. */
  public SolveResult solve(SelectionProblem problem) {
    return solve(problem, options.timeLimit());
  }

  /** Solves in at most that time, where it is shorter than the options'. */
  public SolveResult solve(SelectionProblem problem, Duration most) {
    Duration limit = most.compareTo(options.timeLimit()) < 0 ? most : options.timeLimit();
    return SelectionSolver.solve(problem, options.withTimeLimit(limit), backends, experience);
  }
}
