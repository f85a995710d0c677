package io.github.puzzle4j.search.cli.solve;

import io.github.puzzle4j.search.cli.frame.CliException;
import io.github.puzzle4j.solver.json.ProblemFile;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Parameters;

/** Where a problem comes from: a file of ours, or a run of Puzzletron. */
final class SolveSource {

  @Parameters(
      paramLabel = "PROBLEM.json",
      arity = "0..1",
      description = "Candidates, scores, costs and limits.")
  private @Nullable Path problem;

  @ArgGroup(exclusive = false, heading = "%nA run of Puzzletron instead of a problem file:%n")
  private @Nullable PuzzletronOptions puzzletron;

  /**
   * Reads it.
   *
   * @throws CliException if there is not exactly one source, or its options contradict each other
   * @throws IOException if a file cannot be read, or is invalid
   */
  SolveInput read() throws CliException, IOException {
    if (problem != null && puzzletron != null) {
      throw new CliException.UserMistake(
          "%s and --puzzle-dir %s: give one of them".formatted(problem, puzzletron.folder()));
    }
    if (puzzletron != null) {
      return PuzzletronInput.read(puzzletron);
    }
    if (problem == null) {
      throw new CliException.UserMistake(
          "what to solve is missing: give PROBLEM.json, or --puzzle-dir with a run of Puzzletron");
    }
    return SolveInput.of(problem.toString(), ProblemFile.read(problem));
  }
}
