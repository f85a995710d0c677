package io.github.puzzle4j.solver.puzzletron;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.puzzle4j.solver.InvalidProblemException;
import io.github.puzzle4j.solver.Limit;
import io.github.puzzle4j.solver.SelectionProblem;
import io.github.puzzle4j.solver.SelectionSolver;
import io.github.puzzle4j.solver.Sense;
import io.github.puzzle4j.solver.SolveResult;
import io.github.puzzle4j.solver.json.ProblemFile;
import io.github.puzzle4j.solver.puzzletron.Block.Generation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class SolutionsFileTest {

  private static final Map<String, String> BATCH_8 = Map.of("batch_size", "8");

  @TempDir Path folder;

  private PuzzletronProblem problem(Generation generation, double memory) throws IOException {
    new RunFixture(folder, generation, 2, RunFixture.sixVariants()).write();
    return ask(Map.of("stats.memory_mib", new Limit.AtMost(memory)));
  }

  private PuzzletronProblem ask(Map<String, Limit> limits) throws IOException {
    return PuzzletronRun.read(folder)
        .problem(PuzzletronSettings.ofEarlierResult().withStatsArgs(BATCH_8).withLimits(limits));
  }

  private static SolveResult.Solved solve(SelectionProblem problem) {
    return (SolveResult.Solved) SelectionSolver.solve(problem);
  }

  private static JsonNode written(Path file) throws IOException {
    return JsonMapper.shared().readTree(Files.readString(file));
  }

  /** 512 channels in layer 0, the teacher in layer 1. */
  @ParameterizedTest
  @EnumSource(Generation.class)
  void theFileHasWhatPuzzletronsNextStageReads(Generation generation) throws IOException {
    PuzzletronProblem problem = problem(generation, 102);
    Path file = folder.resolve("answers/solutions.json");
    problem.write(file, solve(problem.problem()));

    JsonNode solution = written(file).path(0);
    RunFixture blocks = new RunFixture(folder, generation, 2, List.of());
    JsonNode first = JsonMapper.shared().valueToTree(blocks.block(8, 512));
    JsonNode second = JsonMapper.shared().valueToTree(blocks.block(8, 1024));
    assertThat(solution.path("chosen_block_configs").values()).containsExactly(first, second);
    JsonNode replacement = solution.at("/chosen_replacements/0/layer_replacement");
    assertThat(replacement.path("parent_layer_indices").toString()).isEqualTo("[0]");
    assertThat(replacement.path("child_block_configs").values()).containsExactly(first);
    assertThat(replacement.path("weight_paths").size())
        .isEqualTo(generation == Generation.FIRST ? 1 : 0);
    assertThat(solution.at("/chosen_replacements/0/is_teacher").booleanValue()).isFalse();
    assertThat(solution.at("/chosen_replacements/1/is_teacher").booleanValue()).isTrue();
    assertThat(solution.at("/chosen_replacements/1/child_block_configs")).isEqualTo(second);
    assertThat(solution.at("/chosen_replacements/0/stats/memory_mib").doubleValue())
        .isEqualTo(20.625);
    assertThat(solution.at("/chosen_replacements/0/stats/ffn_memory_mib").doubleValue())
        .isEqualTo(10.125);
    assertThat(solution.path("total_value").toString())
        .isEqualTo("{\"metrics.cosine_embedding_loss_hidden_states\":0.25}");
    JsonNode costs = solution.path("total_costs");
    assertThat(costs.path("stats.memory_mib").doubleValue()).isEqualTo(101.625);
    assertThat(costs.path("stats.num_params").toString()).isEqualTo("1650");
    // 8 x 1024 tokens in 7 + 5.75 + 8 ms.
    assertThat(costs.path("throughput").doubleValue()).isEqualTo(1000 * 8192 / 20.75);
    assertThat(solution.path("puzzle_args").path("mip_constraints").toString())
        .isEqualTo("{\"stats.memory_mib\":102}");
    assertThat(solution.at("/subblock_stats/batch_size").intValue()).isEqualTo(8);
    assertThat(solution.at("/solved_by/proven").booleanValue()).isTrue();
  }

  @Test
  void blocksArePrintedAsInPuzzletron() throws IOException {
    PuzzletronProblem problem = problem(Generation.FIRST, 75);
    problem.write(folder.resolve("s.json"), solve(problem.problem()));

    assertThat(written(folder.resolve("s.json")).at("/0/solution_repr").stringValue())
        .isEqualTo(
            """
            block_0:   attention  no_op   ffn  intermediate_512
            block_1:   attention  kv_heads_8  ffn  no_op\s
            """);
  }

  @Test
  void allSelectionsAreWritten() throws IOException {
    PuzzletronProblem problem = problem(Generation.SECOND, 111);
    problem.write(folder.resolve("s.json"), solve(problem.problem().withSolutions(3, 0)));

    JsonNode solutions = written(folder.resolve("s.json"));
    assertThat(
            solutions
                .valueStream()
                .map(one ->
                    one.path("total_value")
                        .propertyStream()
                        .findFirst()
                        .orElseThrow()
                        .getValue()
                        .doubleValue()))
        .containsExactly(0.25, 0.5, 0.75);
    assertThat(solutions.at("/2/solution_rank").intValue()).isEqualTo(2);
  }

  /** Our own answer, marked as if written by Puzzletron, leads to the same problem. */
  @ParameterizedTest
  @EnumSource(Generation.class)
  void writtenSolutionsLeadToTheSameProblem(Generation generation) throws IOException {
    new RunFixture(folder, generation, 2, RunFixture.sixVariants()).write();
    PuzzletronProblem problem =
        ask(
            Map.of(
                "stats.memory_mib", new Limit.AtMost(102.5),
                "stats.num_params", new Limit.AtLeast(1400),
                "stats.has_attention", new Limit.Between(1, 2)));
    SolveResult.Solved solved = solve(problem.problem());
    Path file = folder.resolve("mip/puzzle_solutions/here/there/solutions.json");
    problem.write(file, solved);
    Files.writeString(file, Files.readString(file).replace("solved_by", "solved"));

    PuzzletronProblem again =
        PuzzletronRun.read(folder).problem(PuzzletronSettings.ofEarlierResult());

    assertThat(again.problem()).isEqualTo(problem.problem());
    EarlierResult earlier = again.earlier().orElseThrow();
    assertThat(earlier.folder()).isEqualTo("here/there");
    assertThat(earlier.objective()).isEqualTo(solved.objective());
    assertThat(earlier.sense()).isEqualTo(Sense.MIN);
    // That result does not apply to another metric.
    PuzzletronProblem other =
        PuzzletronRun.read(folder)
            .problem(PuzzletronSettings.ofEarlierResult().withMetric("lm_loss"));
    assertThat(other.earlier()).isEmpty();
    assertThat(other.problem().limits()).isEqualTo(problem.problem().limits());
  }

  @Test
  void severalEarlierResultsRequireAChoice() throws IOException {
    PuzzletronProblem problem = problem(Generation.FIRST, 102);
    SolveResult.Solved solved = solve(problem.problem());
    for (String name : List.of("target_memory_102MiB", "target_memory_110MiB")) {
      Path file = folder.resolve("mip/puzzle_solutions").resolve(name).resolve("solutions.json");
      problem.write(file, solved);
      Files.writeString(
          file,
          Files.readString(file)
              .replace("solved_by", "solved")
              .replace(
                  "\"stats.memory_mib\" : 102",
                  "\"stats.memory_mib\" : " + name.substring(14, 17)));
    }
    PuzzletronRun run = PuzzletronRun.read(folder);

    assertThatThrownBy(() -> run.problem(PuzzletronSettings.ofEarlierResult()))
        .isInstanceOf(InvalidProblemException.class)
        .hasMessage(
            "%s: no limit is given, and there are 2 earlier results to take it from:"
                    .formatted(folder.resolve("mip/puzzle_solutions"))
                + " target_memory_102MiB, target_memory_110MiB");
    assertThat(
            run.problem(PuzzletronSettings.ofEarlierResult().withLike("target_memory_110MiB"))
                .problem()
                .limits())
        .containsExactly(Map.entry("stats.memory_mib", new Limit.AtMost(110)));
    assertThatThrownBy(() -> run.problem(PuzzletronSettings.ofEarlierResult().withLike("x")))
        .isInstanceOf(InvalidProblemException.class)
        .hasMessageEndingWith(
            "no earlier result 'x'; there are target_memory_102MiB, target_memory_110MiB");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          "human_constraints" : null | "forced_removals" : [{"layer_idx": 1}] | puzzle_args.forced_removals: this setting is not supported; give the limits instead
          "human_constraints" : null | "axes_default" : "teacher" | puzzle_args.axes_default: only 'all' is supported; give the limits instead
          "human_constraints" : null | "score_granularity" : "subblock" | puzzle_args.score_granularity: only 'block' is supported; give the limits instead
          "human_constraints" : null | "materialization_tp" : 8 | puzzle_args.materialization_tp: only 1 is supported; give the limits instead
          "stats.memory_mib" : 102 | "stats.memory_mib" : [1, 2, 3] | puzzle_args.mip_constraints.stats.memory_mib: expected [least, largest], found 3 numbers
          "stats.memory_mib" : 102 | "stats.memory_mib" : Infinity | puzzle_args.mip_constraints.stats.memory_mib: max is Infinity, not a finite number
          "puzzle_args" | "arguments" | [0]: 'puzzle_args' is missing
          """)
  void unsupportedEarlierResultsAreReported(String from, String to, String end) throws IOException {
    PuzzletronProblem problem = problem(Generation.FIRST, 102);
    Path file = folder.resolve("mip/puzzle_solutions/before/solutions.json");
    problem.write(file, solve(problem.problem()));
    String text = Files.readString(file).replace("solved_by", "solved");
    assertThat(text).contains(from);
    Files.writeString(file, text.replace(from, to));

    assertThatThrownBy(
            () -> PuzzletronRun.read(folder).problem(PuzzletronSettings.ofEarlierResult()))
        .isInstanceOf(InvalidProblemException.class)
        .hasMessageStartingWith(file + ": ")
        .hasMessageEndingWith(end);
  }

  @Test
  void onlyOurOwnFileIsReplaced() throws IOException {
    PuzzletronProblem problem = problem(Generation.FIRST, 102);
    Path file = problem.solutionsFile();
    SolveResult.Solved solved = solve(problem.problem());
    problem.write(file, solved);
    byte[] before = Files.readAllBytes(file);
    problem.write(file, solved);
    assertThat(Files.readAllBytes(file)).isEqualTo(before);
    try (Stream<Path> files = Files.list(file.resolveSibling(""))) {
      assertThat(files).containsExactly(file);
    }

    for (String other :
        List.of("[]", "[{\"solved_by\": \"puzzle4j\"}]", "[{\"total_value\": 1}]")) {
      Files.writeString(file, other);
      assertThatThrownBy(() -> problem.write(file, solved))
          .isInstanceOf(InvalidProblemException.class)
          .hasMessage(
              file + ": is there already and was not written by puzzle4j; it is not replaced");
      assertThat(file).hasContent(other);
    }
    Path link = Files.createSymbolicLink(folder.resolve("link.json"), folder.resolve("nowhere"));
    assertThatThrownBy(() -> PuzzletronProblem.requireReplaceable(link))
        .isInstanceOf(InvalidProblemException.class);
    assertThatThrownBy(() -> PuzzletronProblem.requireReplaceable(folder))
        .isInstanceOf(InvalidProblemException.class);
  }

  @Test
  void pathsContainScenarioLimitAndMetric() throws IOException {
    new RunFixture(folder, Generation.SECOND, 2, RunFixture.sixVariants()).write();
    Path results = folder.resolve("mip/puzzle_solutions");

    assertThat(ask(Map.of("target_memory", new Limit.AtMost(102.5))).solutionsFile())
        .isEqualTo(results.resolve("batch_size_8/target_memory_102_5-puzzle4j/solutions.json"));
    assertThat(ask(Map.of("stats.has_attention", new Limit.Between(1, 2))).solutionsFile())
        .isEqualTo(
            results.resolve("batch_size_8/stats_has_attention_1_to_2-puzzle4j/solutions.json"));
    PuzzletronSettings unlimited = PuzzletronSettings.ofEarlierResult().withStatsArgs(BATCH_8);
    assertThat(PuzzletronRun.read(folder).problem(unlimited.withMetric("lm_loss")).solutionsFile())
        .isEqualTo(results.resolve("batch_size_8/no_limits-lm_loss-puzzle4j/solutions.json"));
  }

  /** Names in files cannot lead outside of the run. */
  @Test
  void pathsStayInsideTheRun() throws IOException {
    new RunFixture(folder, Generation.FIRST, 2, RunFixture.sixVariants())
        .write()
        .edit("subblock_stats.json", "\"batch_size\":8", "\"batch_size\":8,\"gpu2\":\"../../x\"");
    Path file =
        PuzzletronRun.read(folder)
            .problem(PuzzletronSettings.ofEarlierResult().withStatsArgs(Map.of("gpu2", "../../x")))
            .solutionsFile();

    assertThat(file.normalize()).isEqualTo(file);
    assertThat(file).startsWithRaw(folder.resolve("mip/puzzle_solutions"));
  }

  @ParameterizedTest
  @EnumSource(Generation.class)
  void theProblemCanBeWrittenAsAProblemFile(Generation generation) throws IOException {
    SelectionProblem problem = problem(generation, 102).problem();

    assertThat(
            ProblemFile.parse(
                ProblemFile.toJson(problem).getBytes(StandardCharsets.UTF_8), "problem"))
        .isEqualTo(problem);
  }
}
