package io.github.puzzle4j.search.cli.solve;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.puzzle4j.blocklib.Json;
import io.github.puzzle4j.search.cli.CommandRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** {@code solve --puzzle-dir} on a run of two layers that are FFNs of 8 (teacher) or 4 channels. */
class SolvePuzzletronTest {

  private static final String SCORES = "single_sequence_replacement_solutions--validation";

  @TempDir Path temporary;

  private Path run;

  /** The teacher takes 10 + 2 x 8 MiB; 4 channels save 4 MiB each. */
  @BeforeEach
  void writeRun() throws IOException {
    run = Files.createDirectories(temporary.resolve("run"));
    Files.createDirectory(run.resolve(SCORES));
    write("solution_0.json", score(0, "0.5"));
    write("solution_1.json", score(1, "0.25"));
    write("teacher.json", "{\"lm_loss\": {\"avg\": 1}}");
    Files.writeString(
        run.resolve("subblock_stats.json"),
        """
        [{"args": {"batch_size": 1, "generation_seq_len": 100},
          "non_block": {"memory_mib": 10, "runtime_ms": NaN},
          "subblocks": [
            {"subblock_config": %s, "subblock_config_class": "FFNConfig", "memory_mib": 8},
            {"subblock_config": %s, "subblock_config_class": "FFNConfig", "memory_mib": 4}]}]
        """
            .formatted(ffn(8), ffn(4)));
  }

  private void write(String name, String text) throws IOException {
    Files.writeString(run.resolve(SCORES).resolve(name), text);
  }

  private static String ffn(int channels) {
    return "{\"kind\": \"ffn\", \"name\": \"ffn\", \"intermediate_size\": %d}".formatted(channels);
  }

  private static String replacement(int layer, int channels) {
    return """
    {"parent_layer_indices": [%d], "child_block_configs": [{"subblock_configs": [%s]}],
     "weight_paths": []}
    """
        .formatted(layer, ffn(channels));
  }

  private static String score(int layer, String value) {
    return """
    {"cosine_embedding_loss_hidden_states": {"avg": %s}, "kl_div": {"avg": NaN},
     "puzzle_solution": {"single_sequence_replacement": %s, "chosen_replacements": [%s, %s]}}
    """
        .formatted(value, replacement(layer, 4), replacement(layer, 4), replacement(1 - layer, 8));
  }

  private static JsonNode json(Path file) throws IOException {
    return Json.mapper().readTree(Files.readString(file));
  }

  @Test
  void aRunIsSolvedAgainAndItsSolutionsWritten() throws IOException {
    CommandRun first =
        CommandRun.of("solve", "--puzzle-dir", run, "--limit", "stats.memory_mib=22", "--json");

    assertThat(first.err()).isEmpty();
    assertThat(first.exitCode()).isZero();
    JsonNode answer = first.json();
    assertThat(answer.at("/status").asString()).isEqualTo("OPTIMAL");
    assertThat(answer.at("/objective").doubleValue()).isEqualTo(0.25);
    assertThat(answer.at("/solutions/0/chosen").toString())
        .isEqualTo("[\"L0/intermediate_8@teacher\",\"L1/intermediate_4@solution_1\"]");
    assertThat(answer.at("/solutions/0/costs/stats.memory_mib").doubleValue()).isEqualTo(22);
    assertThat(answer.at("/puzzletron/metric").asString())
        .isEqualTo("cosine_embedding_loss_hidden_states");
    assertThat(answer.at("/puzzletron/stats_args/batch_size").asString()).isEqualTo("1");
    assertThat(answer.at("/puzzletron/earlier").isNull()).isTrue();
    assertThat(answer.at("/puzzletron/notes").isEmpty()).isTrue();
    Path file =
        run.resolve("mip/puzzle_solutions/default/stats_memory_mib_22-puzzle4j/solutions.json");
    assertThat(answer.at("/puzzletron/solutions_file").asString()).isEqualTo(file.toString());
    assertThat(json(file).at("/0/total_costs/stats.memory_mib").intValue()).isEqualTo(22);

    CommandRun again = CommandRun.of("solve", "--puzzle-dir=" + run, "--limit=target_memory=18");
    assertThat(again.exitCode()).isZero();
    assertThat(again.out())
        .startsWith("optimal: objective 0.75 (")
        .contains("\nstats.memory_mib 18.0\n")
        .contains(
            "wrote "
                + run.resolve(
                    "mip/puzzle_solutions/default/target_memory_18-puzzle4j/solutions.json"));
  }

  @Test
  void whatThePeerWasAskedIsAskedAgain() throws IOException {
    Path peer = run.resolve("mip/puzzle_solutions/default/before/solutions.json");
    CommandRun.of("solve", "--puzzle-dir", run, "--limit", "memory_mib=22", "--out", peer);
    Files.writeString(
        peer,
        Files.readString(peer)
            .replace("solved_by", "solver")
            .replace(
                "\"metrics.cosine_embedding_loss_hidden_states\" : 0.25",
                "\"metrics.cosine_embedding_loss_hidden_states\" : 0.5"));

    CommandRun again = CommandRun.of("solve", "--puzzle-dir", run);

    assertThat(again.err()).isEmpty();
    assertThat(again.out())
        .startsWith("optimal: objective 0.25 (")
        .contains("\nearlier: objective 0.5 (default/before)\n");
    assertThat(
            CommandRun.of("solve", "--puzzle-dir", run, "--json")
                .json()
                .at("/puzzletron/earlier")
                .toString())
        .isEqualTo("{\"folder\":\"default/before\",\"objective\":0.5}");
  }

  @Test
  void aProblemFileOfTheRunHasTheSameAnswer() throws IOException {
    Path problem = temporary.resolve("problem.json");
    CommandRun run1 =
        CommandRun.of(
            "solve",
            "--puzzle-dir",
            run,
            "--limit",
            "memory_mib=22",
            "--write-problem",
            problem,
            "--out",
            temporary.resolve("answers"),
            "--json");

    assertThat(run1.exitCode()).isZero();
    assertThat(temporary.resolve("answers/solutions.json")).exists();
    assertThat(CommandRun.of("solve", problem, "--json").json().path("solutions"))
        .isEqualTo(run1.json().path("solutions"));
    assertThat(json(problem).at("/limits/stats.memory_mib/max").doubleValue()).isEqualTo(22);

    Path other = Files.writeString(temporary.resolve("other.json"), "{}");
    assertThat(
            CommandRun.of(
                "solve", "--puzzle-dir", run, "--limit", "memory_mib=22", "--write-problem", other))
        .isEqualTo(
            CommandRun.refused(
                2, other + ": exists and is not a problem file; it is not replaced"));
  }

  @Test
  void whatWasNotWrittenHereIsNotReplaced() throws IOException {
    Path other = Files.writeString(temporary.resolve("solutions.json"), "[]");

    assertThat(
            CommandRun.of(
                "solve", "--puzzle-dir", run, "--limit", "memory_mib=22", "--out", temporary))
        .isEqualTo(
            CommandRun.refused(
                2,
                other + ": is there already and was not written by puzzle4j; it is not replaced"));
    assertThat(other).hasContent("[]");
  }

  @Test
  void whatCannotBeIsOneLineAndNothingIsWritten() {
    CommandRun answer =
        CommandRun.of("solve", "--puzzle-dir", run, "--limit", "memory_mib=17.5", "--json");

    assertThat(answer.exitCode()).isEqualTo(3);
    assertThat(answer.err())
        .isEqualTo(
            """
            puzzle4j: %s: infeasible: stats.memory_mib: best reachable 18, limit max 17.5; with the \
            other limits kept can be reached: stats.memory_mib 18; nearest that works: \
            stats.memory_mib <= 18 (2.85714 %% more room), objective 0.75
            """
                .formatted(run));
    assertThat(answer.json().at("/puzzletron/solutions_file").isNull()).isTrue();
    assertThat(run.resolve("mip")).doesNotExist();
  }

  @Test
  void aMeasureWithoutNumbersIsOneLine() {
    assertThat(
            CommandRun.of(
                "solve", "--puzzle-dir", run, "--limit", "memory_mib=22", "--metric", "lm_loss"))
        .isEqualTo(
            CommandRun.refused(
                2,
                run.resolve(SCORES).resolve("solution_0.json")
                    + ": has no measure 'lm_loss'; there are cosine_embedding_loss_hidden_states,"
                    + " kl_div"));
    CommandRun notes =
        CommandRun.of(
            "solve", "--puzzle-dir", run, "--limit", "memory_mib=26", "--metric", "kl_div");
    assertThat(notes.exitCode()).isZero();
    assertThat(notes.out()).contains("\nnote: left out: 2 of 4 candidates, as their 'kl_div' is");
  }

  @Test
  void exactlyOneSourceIsNeeded() {
    Path problem = temporary.resolve("problem.json");

    assertThat(CommandRun.of("solve", problem, "--puzzle-dir", run))
        .isEqualTo(
            CommandRun.refused(
                2, "%s and --puzzle-dir %s: give one of them".formatted(problem, run)));
    assertThat(CommandRun.of("solve"))
        .isEqualTo(
            CommandRun.refused(
                2,
                "what to solve is missing: give PROBLEM.json, or --puzzle-dir with a run of"
                    + " Puzzletron"));
    CommandRun alone = CommandRun.of("solve", problem, "--metric", "kl_div");
    assertThat(alone.exitCode()).isEqualTo(2);
    assertThat(alone.err()).hasLineCount(1).contains("--puzzle-dir");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "memory_mib",
        "memory_mib=",
        "=5",
        "memory_mib=..",
        "memory_mib=5GiB",
        "memory_mib=NaN",
        "memory_mib=6..5",
        "memory_mib=1e40",
        "memory_mib=1..2..3"
      })
  void aLimitWithoutANumberIsOneLine(String limit) {
    CommandRun answer = CommandRun.of("solve", "--puzzle-dir", run, "--limit", limit);

    assertThat(answer.exitCode()).isEqualTo(2);
    assertThat(answer.err()).hasLineCount(1).contains("--limit").contains(limit);
  }

  @Test
  void aLimitGivenTwiceIsOneLine() {
    assertThat(CommandRun.of("solve", "--puzzle-dir", run, "--limit", "a=1", "--limit", "a=2"))
        .isEqualTo(
            CommandRun.refused(2, "--limit a: is given twice; write MIN..MAX for both sides"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"min", "max"})
  void theDirectionCanBeGiven(String direction) {
    CommandRun answer =
        CommandRun.of(
            "solve",
            "--puzzle-dir",
            run,
            "--limit",
            "memory_mib=20..22",
            "--direction",
            direction,
            "--json");

    assertThat(answer.exitCode()).as(answer.err()).isZero();
    assertThat(answer.json().at("/objective").doubleValue())
        .isEqualTo(direction.equals("min") ? 0.25 : 0.5);
  }
}
