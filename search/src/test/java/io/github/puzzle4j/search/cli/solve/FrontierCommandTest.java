package io.github.puzzle4j.search.cli.solve;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.puzzle4j.search.cli.CommandRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class FrontierCommandTest {

  @TempDir Path folder;

  /** Two layers; the smaller variants of each have the worse scores. */
  private Path problem() throws IOException {
    return Files.writeString(
        folder.resolve("problem.json"),
        """
        {"schema": 1, "layers": 2, "sense": "min",
         "candidates": [
          {"id": "a0", "layers": [0], "score": 0.0, "costs": {"mib": 5, "ms": 2}},
          {"id": "b0", "layers": [0], "score": 1.5, "costs": {"mib": 2, "ms": 1}},
          {"id": "a1", "layers": [1], "score": 0.0, "costs": {"mib": 5, "ms": 2}},
          {"id": "b1", "layers": [1], "score": 1.0, "costs": {"mib": 2, "ms": 1}}],
         "limits": {"mib": {"max": 8}}}
        """);
  }

  @Test
  void allTradeOffsAreATableAndJson() throws IOException {
    CommandRun text = CommandRun.of("frontier", problem(), "--limit", "mib", "--all");

    assertThat(text.exitCode()).isZero();
    assertThat(text.err()).isEmpty();
    assertThat(text.out().lines().limit(5))
        .containsExactly(
            "mib limit   answer  objective  mib  Pareto",
            "------------------------------------------",
            "4          optimal        2.5    4       *",
            "7          optimal          1    7       *",
            "10         optimal          0   10       *");
    assertThat(text.out()).contains("all 3 trade-offs (");

    JsonNode json =
        CommandRun.of("frontier", problem(), "--limit", "mib", "--all", "--json").json();
    assertThat(json.propertyNames())
        .containsExactly("axes", "complete", "explanation", "seconds", "points");
    assertThat(json.at("/axes").toString()).isEqualTo("[{\"cost\":\"mib\",\"side\":\"max\"}]");
    assertThat(json.at("/complete").booleanValue()).isTrue();
    JsonNode point = json.at("/points/1");
    assertThat(point.propertyNames())
        .containsExactly(
            "budgets",
            "pareto",
            "status",
            "objective",
            "bound",
            "gap",
            "seconds",
            "backend",
            "solutions",
            "conflict");
    assertThat(point.at("/budgets/mib").doubleValue()).isEqualTo(7);
    assertThat(point.at("/solutions/0/chosen").toString()).isEqualTo("[\"a0\",\"b1\"]");
  }

  @Test
  void evenBudgetsKeepWhatIsInfeasible() throws IOException {
    JsonNode json =
        CommandRun.of(
                "frontier",
                problem(),
                "--limit",
                "mib",
                "--points",
                4,
                "--from",
                2,
                "--to",
                11,
                "--json")
            .json();
    assertThat(json.at("/points").valueStream().map(point -> point.at("/status").asString()))
        .containsExactly("INFEASIBLE", "OPTIMAL", "OPTIMAL", "OPTIMAL");
    assertThat(
            json.at("/points").valueStream().map(point -> point.at("/budgets/mib").doubleValue()))
        .containsExactly(2.0, 5.0, 8.0, 11.0);
    assertThat(json.at("/points/0/conflict").toString()).isEqualTo("[\"mib\"]");
  }

  @Test
  void aGridMovesTwoLimits() throws IOException {
    CommandRun run =
        CommandRun.of(
            "frontier",
            problem(),
            "--limit=mib",
            "--points=3",
            "--limit2=ms",
            "--points2=2",
            "--json");
    JsonNode json = run.json();
    assertThat(json.at("/points").size()).isEqualTo(6);
    assertThat(json.at("/points/0/budgets").toString()).isEqualTo("{\"mib\":4.0,\"ms\":2.0}");
    assertThat(json.at("/points/5/objective").doubleValue()).isZero();
  }

  @Test
  void whereNothingFitsTheOthersAreToBlame() throws IOException {
    Path problem = problem();
    Files.writeString(
        problem,
        Files.readString(problem).replace("\"max\": 8}", "\"max\": 8}, \"ms\": {\"max\": 1}"));
    for (String kind : new String[] {"--all", "--points=3"}) {
      assertThat(CommandRun.of("frontier", problem, "--limit", "mib", kind))
          .isEqualTo(
              CommandRun.refused(3, problem + ": infeasible: ms: best reachable 2, limit max 1"));
    }
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      value = {
        "--limit=gb | there is no cost 'gb' that every candidate states; there are: mib, ms",
        "--limit=mib --points=0 | --points 0: must be at least 1",
        "--limit=mib --points=10001 | 10001 points are too many, at most 10000",
        "--limit=mib --points=200 --limit2=ms --points2=51 | 10200 points are too many, at most"
            + " 10000",
        "--limit=mib --limit2=mib | --limit2 mib: is --limit already",
        "--limit=mib --limit2=ms --all | --all is for one limit, --limit2 for a grid",
        "--limit=mib --from=9 --to=3 | --from 9.0 is above --to 3.0",
        "--limit=mib --from=NaN | --from NaN: must be a number of at most 1.0E30",
        "--limit=mib --to=1e308 | --to 1.0E308: must be a number of at most 1.0E30",
      })
  void whatMakesNoSenseIsOneLine(String options, String complaint) throws IOException {
    Object[] arguments = ("frontier " + problem() + " " + options).split(" ");
    assertThat(CommandRun.of(arguments)).isEqualTo(CommandRun.refused(2, complaint));
  }
}
