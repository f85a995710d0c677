package io.github.puzzle4j.search.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class SolveCommandTest {

  private static final String[] FIELDS = {
    "status", "objective", "bound", "gap", "seconds", "backend", "solutions", "conflict"
  };

  @TempDir Path folder;

  /** Two layers; the cheap variant of each has the worse score. */
  private Path problem(int largestMemory) throws IOException {
    return file(
        """
        {"schema": 1, "layers": 2, "sense": "min",
         "candidates": [
          {"id": "a0", "layers": [0], "score": 0.0, "costs": {"mib": 5}},
          {"id": "b0", "layers": [0], "score": 1.5, "costs": {"mib": 2}},
          {"id": "a1", "layers": [1], "score": 0.0, "costs": {"mib": 5}},
          {"id": "b1", "layers": [1], "score": 1.0, "costs": {"mib": 2}}],
         "limits": {"mib": {"max": %d}}, "solutions": 2, "diversity": 0.5}
        """
            .formatted(largestMemory));
  }

  private Path file(String text) throws IOException {
    return Files.writeString(folder.resolve("problem.json"), text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"auto", "cp-sat", "scip", "highs", "cbc", "ojalgo"})
  void everyBackendAnswersTheSame(String backend) throws IOException {
    CommandRun run =
        CommandRun.of(
            "solve", problem(8), "--backend", backend, "--time-limit", "1m", "--seed", 3, "--json");

    assertThat(run.err()).isEmpty();
    assertThat(run.exitCode()).isZero();
    JsonNode answer = run.json();
    assertThat(answer.propertyNames()).containsExactly(FIELDS);
    assertThat(answer.at("/status").asString()).isEqualTo("OPTIMAL");
    assertThat(answer.at("/objective").doubleValue()).isEqualTo(1);
    assertThat(answer.at("/backend").asString())
        .isEqualTo(backend.equals("auto") ? "cp-sat" : backend);
    JsonNode best = answer.at("/solutions/0");
    assertThat(best.propertyNames()).containsExactly("objective", "chosen", "costs");
    assertThat(best.at("/chosen").toString()).isEqualTo("[\"a0\",\"b1\"]");
    assertThat(best.at("/costs/mib").doubleValue()).isEqualTo(7);
    assertThat(answer.at("/solutions/1/chosen").toString()).isEqualTo("[\"b0\",\"a1\"]");
  }

  @Test
  void peopleReadTheSame() throws IOException {
    CommandRun run = CommandRun.of("solve", problem(8));

    assertThat(run.exitCode()).isZero();
    assertThat(run.out())
        .startsWith("optimal: objective 1.0 (cp-sat, ")
        .contains("solution 1: objective 1.0\nmib 7.0\n  a0\n  b1\nsolution 2: objective 1.5\n");
  }

  @Test
  void whatCannotBeIsOneLineAndExitCode3() throws IOException {
    Path problem = problem(3);

    assertThat(CommandRun.of("solve", problem))
        .isEqualTo(
            CommandRun.refused(3, problem + ": infeasible: mib: best reachable 4, limit max 3"));
  }

  @Test
  void whatCannotBeIsAlsoAnAnswerInJson() throws IOException {
    CommandRun run = CommandRun.of("solve", problem(3), "--json");

    assertThat(run.exitCode()).isEqualTo(3);
    assertThat(run.err()).hasLineCount(1).contains("infeasible");
    JsonNode answer = run.json();
    assertThat(answer.propertyNames()).containsExactly(FIELDS);
    assertThat(answer.at("/status").asString()).isEqualTo("INFEASIBLE");
    assertThat(answer.at("/objective").isNull()).isTrue();
    assertThat(answer.at("/conflict").toString()).isEqualTo("[\"mib\"]");
  }

  @Test
  void anUnknownBackendIsOneLineWithThoseThereAre() throws IOException {
    assertThat(CommandRun.of("solve", problem(8), "--backend", "gurobi"))
        .isEqualTo(
            CommandRun.refused(
                2,
                "there is no solver backend 'gurobi'; there are cbc, cp-sat, highs, ojalgo, scip"
                    + " or auto"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"30", "0s", "-1s", "1d", "99999999999s"})
  void aTimeLimitWithoutATimeIsOneLine(String time) throws IOException {
    assertThat(CommandRun.of("solve", problem(8), "--time-limit=" + time))
        .isEqualTo(
            CommandRun.refused(
                2,
                "Invalid value for option '--time-limit': must be a time over zero such as 30s,"
                    + " 5m or 2h, not '%s'; 'puzzle4j solve --help' tells more".formatted(time)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[]",
        "{\"schema\": 2}",
        "{\"schema\": 1, \"layers\": 1, \"candidates\": [], \"limit\": {}}",
        "{\"schema\": 1, \"layers\": 1, \"candidates\": []}",
        "{\"schema\": 1, \"layers\": 1, \"candidates\":"
            + " [{\"id\": \"a\", \"layers\": [0], \"score\": \"x\\ny\"}]}"
      })
  void aWrongProblemIsOneLineThatNamesTheFile(String text) throws IOException {
    Path problem = file(text);
    CommandRun run = CommandRun.of("solve", problem, "--json");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).hasLineCount(1).startsWith("puzzle4j: " + problem + ": ");
  }

  @Test
  void aMissingProblemIsOneLine() {
    Path missing = folder.resolve("none.json");

    assertThat(CommandRun.of("solve", missing))
        .isEqualTo(CommandRun.refused(2, missing + ": no such file"));
    assertThat(CommandRun.of("solve", folder))
        .isEqualTo(CommandRun.refused(2, folder + ": is a folder, not a problem file"));
  }

  @Test
  void aFileWhereAFolderShouldBeIsOneLine() throws IOException {
    CommandRun run = CommandRun.of("solve", problem(8).resolve("problem.json"));

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).hasLineCount(1).contains("problem.json");
  }
}
