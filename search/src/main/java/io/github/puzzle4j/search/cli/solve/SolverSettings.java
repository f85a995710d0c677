package io.github.puzzle4j.search.cli.solve;

import io.github.puzzle4j.search.cli.frame.TimeConverter;
import io.github.puzzle4j.solver.InvalidProblemException;
import io.github.puzzle4j.solver.SelectionSolver;
import io.github.puzzle4j.solver.SolveOptions;
import java.time.Duration;
import picocli.CommandLine.Option;

/** Options of the solver, for every command that solves problems. */
final class SolverSettings {

  @Option(
      names = "--backend",
      defaultValue = SolveOptions.AUTO,
      description = "exact, cp-sat, scip, highs, cbc, ojalgo, or auto: exact.")
  private String backend;

  @Option(
      names = "--time-limit",
      paramLabel = "TIME",
      defaultValue = "5m",
      converter = TimeConverter.class,
      description = "After it, the best selection so far is the answer: 30s, 5m, 2h.")
  private Duration timeLimit;

  @Option(names = "--seed", defaultValue = "1", description = "Of all random choices.")
  private long seed;

  /**
   * The settings in the solver's terms.
   *
   * @throws InvalidProblemException if there is no such backend, or it does not work here
   */
  SolveOptions options() throws InvalidProblemException {
    SelectionSolver.requireBackend(backend);
    return new SolveOptions(backend, timeLimit, seed);
  }
}
