package io.github.puzzle4j.solver.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.puzzle4j.solver.Candidate;
import io.github.puzzle4j.solver.Effort;
import io.github.puzzle4j.solver.InvalidProblemException;
import io.github.puzzle4j.solver.Selection;
import io.github.puzzle4j.solver.SelectionSolver;
import io.github.puzzle4j.solver.SolveResult;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class AnswerFileTest {

  private static String solve(String limit) throws InvalidProblemException {
    String json =
        """
        {"schema": 1, "layers": 1, "sense": "min", "solutions": 2, "candidates": [
          {"id": "a", "layers": [0], "score": 1, "costs": {"ms": 2}},
          {"id": "b", "layers": [0], "score": 2, "costs": {"ms": 1}}],
         "limits": {"ms": %s}}
        """
            .formatted(limit);
    return AnswerFile.toJson(SelectionSolver.solve(ProblemFile.parse(json.getBytes(UTF_8), "p")))
        .replaceFirst("\"seconds\":[0-9.E-]+", "\"seconds\":0");
  }

  @Test
  void anOptimumIsWrittenWithAllItsSelections() throws InvalidProblemException {
    assertThat(solve("{\"max\": 5}"))
        .isEqualTo(
            "{\"status\":\"OPTIMAL\",\"objective\":1.0,\"bound\":1.0,\"gap\":0.0,\"seconds\":0,"
                + "\"backend\":\"exact\",\"solutions\":["
                + "{\"objective\":1.0,\"chosen\":[\"a\"],\"costs\":{\"ms\":2.0}},"
                + "{\"objective\":2.0,\"chosen\":[\"b\"],\"costs\":{\"ms\":1.0}}],"
                + "\"conflict\":[]}");
  }

  @Test
  void conflictsAreWrittenAsNamesOfLimits() throws InvalidProblemException {
    assertThat(solve("{\"max\": 0}"))
        .isEqualTo(
            "{\"status\":\"INFEASIBLE\",\"objective\":null,\"bound\":null,\"gap\":null,"
                + "\"seconds\":0,\"backend\":\"exact\",\"solutions\":[],\"conflict\":[\"ms\"]}");
  }

  @Test
  void unprovenSolutionsHaveTheStatusFeasible() {
    Effort effort = new Effort("cbc", Duration.ofMillis(1500), 1, 0);
    Selection selection =
        new Selection(2, List.of(Candidate.of("a", 0, 2, Map.of())), Map.of(), List.of());
    String json =
        AnswerFile.toJson(new SolveResult.Solved(List.of(selection), 1, 0.5, false, effort));
    assertThat(json)
        .contains("\"status\":\"FEASIBLE\"", "\"bound\":1.0", "\"gap\":0.5", "\"seconds\":1.5");
    assertThat(AnswerFile.toJson(new SolveResult.Undecided("time", effort)))
        .contains("\"status\":\"UNDECIDED\"", "\"objective\":null");
  }
}
