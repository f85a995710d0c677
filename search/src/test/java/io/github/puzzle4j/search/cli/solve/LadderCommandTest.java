package io.github.puzzle4j.search.cli.solve;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.puzzle4j.search.cli.CommandRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class LadderCommandTest {

  @TempDir Path folder;

  private Path problem(String name, double score, int most, String sense) throws IOException {
    return Files.writeString(
        folder.resolve(name),
        """
        {"schema": 1, "layers": 1, "sense": "%s",
         "candidates": [{"id": "a", "layers": [0], "score": %s, "costs": {"mib": 5}}],
         "limits": {"mib": {"max": %d}}}
        """
            .formatted(sense, score, most));
  }

  @Test
  void theBestOfAllIsKept() throws IOException {
    Path none = problem("batch-1.json", 0, 4, "min");
    Path good = problem("batch-2.json", 1, 5, "min");
    Path same = problem("batch-4.json", 1, 6, "min");

    CommandRun text = CommandRun.of("ladder", none, good, same);
    assertThat(text.exitCode()).isZero();
    assertThat(text.out())
        .contains("infeasible", good + ": proven to be the best of all\noptimal: objective 1.0");

    JsonNode json = CommandRun.of("ladder", none, good, same, "--json").json();
    assertThat(json.propertyNames()).containsExactly("best", "proven", "seconds", "rungs");
    assertThat(json.at("/best").asString()).isEqualTo(good.toString());
    assertThat(json.at("/proven").booleanValue()).isTrue();
    assertThat(json.at("/rungs/0/status").asString()).isEqualTo("INFEASIBLE");
    assertThat(json.at("/rungs/2/label").asString()).isEqualTo(same.toString());
    assertThat(json.at("/rungs/2/solutions/0/chosen").toString()).isEqualTo("[\"a\"]");
  }

  @Test
  void whereNothingFitsItIsOneLine() throws IOException {
    Path one = problem("one.json", 0, 4, "min");
    Path two = problem("two.json", 0, 3, "min");
    assertThat(CommandRun.of("ladder", one, two))
        .isEqualTo(
            CommandRun.refused(
                3,
                "none of 2 problems has an answer; "
                    + two
                    + ": mib: best reachable 5, limit max 3"));
  }

  @Test
  void problemsThatCannotBeComparedAreOneLine() throws IOException {
    Path min = problem("min.json", 0, 5, "min");
    Path max = problem("max.json", 0, 5, "max");
    assertThat(CommandRun.of("ladder", min, max))
        .isEqualTo(
            CommandRun.refused(
                2, "'%s' and '%s' want sums of scores of different sense".formatted(min, max)));
    assertThat(CommandRun.of("ladder", min, min))
        .isEqualTo(CommandRun.refused(2, "'%s' is on the ladder twice".formatted(min)));
    CommandRun none = CommandRun.of("ladder");
    assertThat(none.exitCode()).isEqualTo(2);
    assertThat(none.err()).hasLineCount(1).contains("PROBLEM.json");
  }
}
