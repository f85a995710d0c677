package io.github.puzzle4j.solver;

import io.github.puzzle4j.solver.backend.SolverBackend;
import io.github.puzzle4j.solver.backend.SolverBackends;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Solves selection problems. */
public final class SelectionSolver {

  /** What the default backend asks about a problem that it does not decide quickly. */
  private static final String ALLY = "cp-sat";

  private SelectionSolver() {}

  /** Solves with the default backend and time limit. */
  public static SolveResult solve(SelectionProblem problem) {
    return solve(problem, SolveOptions.defaults());
  }

  /**
   * Solves a problem. All returned selections keep all limits exactly. An optimum is reported as
   * proven only if the backend's bound, checked against the exact objective, proves it.
   *
   * @throws IllegalArgumentException if there is no such backend; see {@link #requireBackend}
   */
  public static SolveResult solve(SelectionProblem problem, SolveOptions options) {
    return solve(problem, options, SolverBackends.installed());
  }

  static SolveResult solve(
      SelectionProblem problem, SolveOptions options, SolverBackends backends) {
    return solve(problem, options, backends, new SolveHistory());
  }

  static SolveResult solve(
      SelectionProblem problem,
      SolveOptions options,
      SolverBackends backends,
      SolveHistory experience) {
    SolverBackend backend = backend(options.backend(), backends);
    Optional<SolverBackend> ally =
        backends.find(ALLY).filter(any -> options.backend().equals(SolveOptions.AUTO));
    return problem
        .narrowed()
        .map(narrowed -> new SolveRun(narrowed, options, backend, ally, experience).run())
        .orElseGet(() -> uncoverable(problem, backend));
  }

  private static SolveResult uncoverable(SelectionProblem problem, SolverBackend backend) {
    int covered = new LayerPaths(problem.layers(), problem.available()).coverableLayers();
    return new SolveResult.Infeasible(
        new Conflict.Uncoverable(covered), new Effort(backend.name(), Duration.ZERO, 0, 0));
  }

  /** Valid values of {@link SolveOptions#backend} besides {@link SolveOptions#AUTO}. */
  public static List<String> backends() {
    return SolverBackends.installed().names();
  }

  /**
   * Validates the name of a backend from user input.
   *
   * @throws InvalidProblemException if there is no such backend, with a list of those there are, or
   *     if it does not work on this machine, with the reason
   */
  public static void requireBackend(String name) throws InvalidProblemException {
    if (name.equals(SolveOptions.AUTO)) {
      return;
    }
    SolverBackends backends = SolverBackends.installed();
    Optional<SolverBackend> backend = backends.find(name);
    if (backend.isEmpty()) {
      throw new InvalidProblemException(unknown(name, backends));
    }
    Optional<String> obstacle = backend.get().unavailable();
    if (obstacle.isPresent()) {
      throw new InvalidProblemException(
          "solver backend '%s' does not work on this machine: %s".formatted(name, obstacle.get()));
    }
  }

  private static SolverBackend backend(String name, SolverBackends backends) {
    String wanted = name.equals(SolveOptions.AUTO) ? SolveOptions.EXACT : name;
    return backends
        .find(wanted)
        .orElseThrow(() -> new IllegalArgumentException(unknown(name, backends)));
  }

  private static String unknown(String name, SolverBackends backends) {
    return "there is no solver backend '%s'; there are %s or %s"
        .formatted(name, String.join(", ", backends.names()), SolveOptions.AUTO);
  }
}
