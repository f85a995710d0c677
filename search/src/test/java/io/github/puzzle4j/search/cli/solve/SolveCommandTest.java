package io.github.puzzle4j.search.cli.solve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.puzzle4j.search.cli.CommandRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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
  @ValueSource(strings = {"auto", "exact", "cp-sat", "scip", "highs", "cbc", "ojalgo"})
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
        .isEqualTo(backend.equals("auto") ? "exact" : backend);
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
        .startsWith("optimal: objective 1.0 (exact, ")
        .contains("solution 1: objective 1.0\nmib 7.0\n  a0\n  b1\nsolution 2: objective 1.5\n");
  }

  @Test
  void whatCannotBeIsOneLineAndExitCode3() throws IOException {
    Path problem = problem(3);

    assertThat(CommandRun.of("solve", problem))
        .isEqualTo(
            CommandRun.refused(
                3,
                problem
                    + ": infeasible: mib: best reachable 4, limit max 3; with the other limits kept"
                    + " can be reached: mib 4; nearest that works: mib <= 4 (33.3333 % more room),"
                    + " objective 2.5"));
  }

  @Test
  void whatCannotBeIsAlsoAnAnswerInJson() throws IOException {
    CommandRun run = CommandRun.of("solve", problem(3), "--json");

    assertThat(run.exitCode()).isEqualTo(3);
    assertThat(run.err()).hasLineCount(1).contains("infeasible");
    JsonNode answer = run.json();
    assertThat(answer.propertyNames())
        .startsWith(FIELDS)
        .endsWith("reachable", "nearest")
        .hasSize(FIELDS.length + 2);
    assertThat(answer.at("/status").asString()).isEqualTo("INFEASIBLE");
    assertThat(answer.at("/objective").isNull()).isTrue();
    assertThat(answer.at("/conflict").toString()).isEqualTo("[\"mib\"]");
    assertThat(answer.at("/reachable").toString())
        .isEqualTo(
            "[{\"cost\":\"mib\",\"side\":\"max\",\"bound\":3.0,\"best\":4.0,\"proven\":true}]");
    JsonNode nearest = answer.at("/nearest");
    assertThat(nearest.at("/relaxation").doubleValue()).isCloseTo(1.0 / 3, within(1e-15));
    assertThat(nearest.at("/smallest").booleanValue()).isTrue();
    assertThat(nearest.at("/limits").toString()).isEqualTo("{\"mib\":{\"max\":4.0}}");
    assertThat(nearest.at("/chosen").toString()).isEqualTo("[\"b0\",\"b1\"]");
    assertThat(nearest.at("/objective").doubleValue()).isEqualTo(2.5);
  }

  @Test
  void whatIsForbiddenMayLeaveALayerBare() throws IOException {
    Path problem = problem(8);
    Files.writeString(
        problem,
        Files.readString(problem)
            .replace("\"solutions\"", "\"forbidden\": [\"a1\", \"b1\"], \"solutions\""));
    CommandRun run = CommandRun.of("solve", problem, "--json");

    assertThat(run.exitCode()).isEqualTo(3);
    assertThat(run.err())
        .hasLineCount(1)
        .contains("no set of candidates covers each layer")
        .endsWith("none that goes on from there to the end\n");
    assertThat(run.json().at("/conflict").size()).isZero();
    assertThat(run.json().at("/nearest").isNull()).isTrue();
  }

  @Test
  void optionsOverrideHowManySelectionsTheFileWants() throws IOException {
    CommandRun run =
        CommandRun.of("solve", problem(8), "--solutions", 3, "--diversity", 0, "--json");
    assertThat(run.json().at("/solutions").size()).isEqualTo(3);
    assertThat(CommandRun.of("solve", problem(8), "--solutions", 0))
        .isEqualTo(CommandRun.refused(2, "--solutions must be 1 to 10000, found 0"));
    assertThat(CommandRun.of("solve", problem(8), "--diversity", "NaN"))
        .isEqualTo(CommandRun.refused(2, "--diversity must be 0 to 1, found NaN"));
  }

  @Test
  void sensitivityIsATableAndAnArray() throws IOException {
    CommandRun text = CommandRun.of("solve", problem(8), "--sensitivity", "--step", "mib=2");
    assertThat(text.exitCode()).isZero();
    assertThat(text.out()).contains("limit     slack", "mib <= 8");
    JsonNode json =
        CommandRun.of("solve", problem(8), "--sensitivity", "--step", "mib=2", "--json").json();
    JsonNode limit = json.at("/sensitivity/0");
    assertThat(limit.propertyNames())
        .containsExactly(
            "cost", "side", "bound", "slack", "price", "step", "most_gain", "gain", "proven");
    assertThat(limit.at("/slack").doubleValue()).isEqualTo(1);
    assertThat(limit.at("/gain").doubleValue()).isEqualTo(1);
    assertThat(limit.at("/most_gain").doubleValue()).isGreaterThanOrEqualTo(1);
    assertThat(CommandRun.of("solve", problem(8), "--sensitivity", "--step", "ms=2"))
        .isEqualTo(CommandRun.refused(2, "--step ms: there is no such limit; there are: mib"));
    assertThat(CommandRun.of("solve", problem(8), "--sensitivity", "--step", "mib=-2"))
        .isEqualTo(CommandRun.refused(2, "--step mib=-2.0: must be over zero"));
    assertThat(CommandRun.of("solve", problem(8), "--step", "mib=2"))
        .isEqualTo(CommandRun.refused(2, "--step: needs --sensitivity"));
  }

  @Test
  void uncertainScoresCanBeDrawnAnewOrTakenAtTheirWorst() throws IOException {
    Path problem = problem(8);
    Files.writeString(
        problem,
        Files.readString(problem)
            .replace("\"score\": 1.0,", "\"score\": 1.0, \"standard_error\": 2,"));
    CommandRun run = CommandRun.of("solve", problem, "--resamples", 40, "--seed", 5, "--json");
    JsonNode resampling = run.json().at("/resampling");
    assertThat(resampling.at("/samples").intValue()).isEqualTo(40);
    assertThat(resampling.at("/chosen/a0").doubleValue()).isBetween(0.3, 0.9);
    assertThat(resampling.at("/unbeaten").doubleValue())
        .isEqualTo(resampling.at("/chosen/a0").doubleValue());
    assertThat(resampling.at("/regret/mean").doubleValue()).isPositive();
    assertThat(CommandRun.of("solve", problem, "--resamples", 40, "--seed", 5).out())
        .contains("scores drawn anew 40 times", "regret", "candidate", " %");

    JsonNode pessimist = CommandRun.of("solve", problem, "--pessimism", 1, "--json").json();
    assertThat(pessimist.at("/objective").doubleValue()).isEqualTo(1.5);
    assertThat(pessimist.at("/solutions/0/chosen").toString()).isEqualTo("[\"b0\",\"a1\"]");
    assertThat(pessimist.at("/pessimism/expected").toString()).isEqualTo("[1.5,1.0]");
    assertThat(CommandRun.of("solve", problem, "--pessimism", 1).out())
        .contains(
            "scores worse by 1 standard errors; with unchanged scores, the objective is 1.5, 1");
  }

  @ParameterizedTest
  @CsvSource({
    "--pessimism, -1, --pessimism -1.0: must be 0 or more",
    "--pessimism, NaN, --pessimism NaN: must be 0 or more",
    "--pessimism, Infinity, --pessimism Infinity: must be 0 or more",
    "--resamples, 0, --resamples 0: must be 1 to 1000000"
  })
  void questionsThatMakeNoSenseAreOneLine(String option, String value, String complaint)
      throws IOException {
    assertThat(CommandRun.of("solve", problem(8), option, value))
        .isEqualTo(CommandRun.refused(2, complaint));
  }

  @Test
  void anUnknownBackendIsOneLineWithThoseThereAre() throws IOException {
    assertThat(CommandRun.of("solve", problem(8), "--backend", "gurobi"))
        .isEqualTo(
            CommandRun.refused(
                2,
                "there is no solver backend 'gurobi'; there are cbc, cp-sat, exact, highs, ojalgo,"
                    + " scip or auto"));
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
