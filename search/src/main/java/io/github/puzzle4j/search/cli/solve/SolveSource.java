package io.github.puzzle4j.search.cli.solve;

import io.github.puzzle4j.search.cli.frame.CliException;
import io.github.puzzle4j.search.run.ProblemPath;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Parameters;

/** Where a problem comes from: a file of ours, or a run of Puzzletron. */
final class SolveSource {

  @Parameters(
      paramLabel = "PROBLEM.json|RUN",
      arity = "0..1",
      description = {
        "Candidates, scores, costs and limits; or the folder of a run, with a problem per target."
      })
  private @Nullable Path problem;

  @ArgGroup(exclusive = false, heading = "%nA run of Puzzletron instead of a problem file:%n")
  private @Nullable PuzzletronOptions puzzletron;

  /**
   * Reads it: several problems if it is a run with several targets.
   *
   * @throws CliException if there is not exactly one source, or its options contradict each other
   * @throws IOException if a file cannot be read, or is invalid
   */
  List<SolveInput> read() throws CliException, IOException {
    if (problem != null && puzzletron != null) {
      throw new CliException.UserMistake(
          "%s and --puzzle-dir %s: give one of them".formatted(problem, puzzletron.folder()));
    }
    if (puzzletron != null) {
      return List.of(PuzzletronInput.read(puzzletron));
    }
    if (problem == null) {
      throw new CliException.UserMistake(
          "what to solve is missing: give PROBLEM.json, or --puzzle-dir with a run of Puzzletron");
    }
    List<SolveInput> inputs = new ArrayList<>();
    for (Path file : ProblemPath.files(problem)) {
      inputs.add(SolveInput.of(file.toString(), ProblemPath.read(file)));
    }
    return List.copyOf(inputs);
  }
}
