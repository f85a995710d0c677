package io.github.puzzle4j.solver;

import io.github.puzzle4j.solver.backend.SolverBackends;
import java.time.Duration;

/**
 * Solves a sequence of problems and starts each from the results of earlier ones, since neighbours
 * on a frontier share most of their selections. Results are as exact as those of {@link
 * SelectionSolver#solve}; which of several selections with equal objective is returned may depend
 * on the earlier problems.
 *
 * <p>Not thread-safe.
 */
public final class SolveSession {

  private final SolveOptions options;
  private final SolverBackends backends = SolverBackends.installed();
  private final SolveHistory experience = new SolveHistory();

  private SolveSession(SolveOptions options) {
    this.options = options;
  }

  /** Creates a session that uses these options for each problem. */
  public static SolveSession with(SolveOptions options) {
    return new SolveSession(options);
  }

  /** Solves a problem; see {@link SelectionSolver#solve}. */
  public SolveResult solve(SelectionProblem problem) {
    return solve(problem, options.timeLimit());
  }

  /** Solves a problem within this time or the options' time limit, whichever is shorter. */
  public SolveResult solve(SelectionProblem problem, Duration most) {
    Duration limit = most.compareTo(options.timeLimit()) < 0 ? most : options.timeLimit();
    return SelectionSolver.solve(problem, options.withTimeLimit(limit), backends, experience);
  }
}
