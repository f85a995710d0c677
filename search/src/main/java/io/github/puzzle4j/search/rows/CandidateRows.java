package io.github.puzzle4j.search.rows;

import io.github.puzzle4j.solver.Candidate;
import io.github.puzzle4j.solver.SelectionProblem;
import io.github.puzzle4j.solver.json.ProblemFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The rows of a solver's problem. */
public final class CandidateRows {

  private CandidateRows() {}

  /**
   * Writes them.
   *
   * @param file in the folder of its target
   */
  public static void write(String point, Path file, RunTable.Sink sink) throws IOException {
    SelectionProblem problem = ProblemFile.read(file);
    String folder = file.getName(file.getNameCount() - 2).toString();
    for (Candidate candidate : problem.candidates()) {
      List<Integer> layers = candidate.layers();
      sink.add(
          RunTable.CANDIDATES,
          point,
          folder,
          candidate.id(),
          candidate.id().substring(candidate.id().indexOf('/') + 1),
          layers.getFirst(),
          layers.getLast(),
          candidate.score());
      for (Map.Entry<String, Double> cost : candidate.costs().entrySet()) {
        sink.add(
            RunTable.CANDIDATE_COSTS,
            point,
            folder,
            candidate.id(),
            cost.getKey(),
            cost.getValue());
      }
    }
  }
}
