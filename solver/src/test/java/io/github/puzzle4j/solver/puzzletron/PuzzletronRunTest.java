package io.github.puzzle4j.solver.puzzletron;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;
import static org.assertj.core.api.Assertions.within;

import io.github.puzzle4j.solver.Candidate;
import io.github.puzzle4j.solver.InvalidProblemException;
import io.github.puzzle4j.solver.Limit;
import io.github.puzzle4j.solver.SelectionProblem;
import io.github.puzzle4j.solver.SelectionSolver;
import io.github.puzzle4j.solver.Sense;
import io.github.puzzle4j.solver.SolveResult;
import io.github.puzzle4j.solver.puzzletron.Block.Generation;
import io.github.puzzle4j.solver.puzzletron.RunFixture.Variant;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class PuzzletronRunTest {

  private static final Map<String, String> BATCH_8 = Map.of("batch_size", "8");

  @TempDir Path folder;

  private RunFixture fixture(Generation generation) throws IOException {
    return new RunFixture(folder, generation, 2, RunFixture.sixVariants()).write();
  }

  private PuzzletronProblem ask(String cost, double max) throws IOException {
    return ask(question(cost, new Limit.AtMost(max)));
  }

  private PuzzletronProblem ask(PuzzletronSettings question) throws IOException {
    return PuzzletronRun.read(folder).problem(question);
  }

  private static PuzzletronSettings question(String cost, Limit limit) {
    return PuzzletronSettings.ofEarlierResult()
        .withLimits(Map.of(cost, limit))
        .withStatsArgs(BATCH_8);
  }

  private static SolveResult.Solved solve(PuzzletronProblem problem) {
    return (SolveResult.Solved) SelectionSolver.solve(problem.problem());
  }

  private static List<String> chosen(PuzzletronProblem problem) {
    return solve(problem).selection().chosen().stream().map(Candidate::id).toList();
  }

  private static Candidate candidate(PuzzletronProblem problem, String id) {
    return problem.problem().candidates().stream()
        .filter(one -> one.id().equals(id))
        .findFirst()
        .orElseThrow();
  }

  /** 50.5 outside the layers, 8.25 + 20 in layer 0; the former counts for layer 0 only. */
  @ParameterizedTest
  @EnumSource(Generation.class)
  void costsAreThoseOfTheWholeModel(Generation generation) throws IOException {
    fixture(generation);
    PuzzletronProblem problem = ask("stats.memory_mib", 100);

    String heads = generation == Generation.FIRST ? "kv_heads_4" : "kv_heads_4_q_heads_32";
    Candidate first = candidate(problem, "L0/%s+intermediate_1024@solution_0".formatted(heads));
    assertThat(first.score()).isEqualTo(0.5);
    assertThat(first.costs())
        .containsEntry("stats.memory_mib", 50.5 + 28.25)
        .containsEntry("stats.kv_cache_memory_mib", 2.125)
        .containsEntry("stats.num_params", 1380.0)
        .containsEntry("stats.runtime_ms", 14.5)
        .containsEntry("stats.has_attention", 1.0)
        .containsEntry("stats.num_kv_heads", 4.0)
        .containsEntry("stats.not_no_op", 1.0)
        .doesNotContainKeys("stats.prefill_runtime_ms", "stats.attention_memory_mib");
    Candidate second = candidate(problem, "L1/attention_no_op+intermediate_1024@solution_5");
    assertThat(second.score()).isEqualTo(1.25);
    assertThat(second.costs())
        .containsEntry("stats.memory_mib", 20.0)
        .containsEntry("stats.kv_cache_memory_mib", 0.0)
        .containsEntry("stats.has_attention", 0.0)
        .containsEntry("stats.has_ffn", 1.0)
        .containsEntry("stats.num_kv_heads", 0.0);
    assertThat(problem.problem().layers()).isEqualTo(2);
    assertThat(problem.problem().candidates()).hasSize(8);
    assertThat(problem.problem().sense()).isEqualTo(Sense.MIN);
    assertThat(problem.notes()).isEmpty();
    assertThat(problem.metric()).isEqualTo("cosine_embedding_loss_hidden_states");
  }

  /**
   * The teacher needs 50.5 + 2 x 30.5 = 111.5 MiB. The cheapest reductions are 512 channels in
   * layer 0 (-9.875, score 0.25), then 4 KV heads and 512 channels in layer 1 (-12.125, score
   * 0.75), then both.
   */
  @ParameterizedTest
  @CsvSource({
    "FIRST, 111.5, 0, 111.5",
    "FIRST, 111.49, 0.25, 101.625",
    "FIRST, 101.6, 0.75, 99.375",
    "SECOND, 111.5, 0, 111.5",
    "SECOND, 102, 0.25, 101.625",
    "SECOND, 99.5, 0.75, 99.375",
    "SECOND, 99.374, 1, 89.5"
  })
  void theBestUnderALimitIsFound(
      Generation generation, double limit, double objective, double memory) throws IOException {
    fixture(generation);
    SolveResult.Solved solved = solve(ask("stats.memory_mib", limit));

    assertThat(solved.proven()).isTrue();
    assertThat(solved.objective()).isEqualTo(objective);
    assertThat(solved.selection().costs()).containsEntry("stats.memory_mib", memory);
  }

  @ParameterizedTest
  @EnumSource(Generation.class)
  void fiveLayersAgreeWithLookingAtEveryChoice(Generation generation) throws IOException {
    Random random = new Random(7);
    for (int round = 0; round < 6; round++) {
      Path run = folder.resolve("run" + round);
      List<Variant> variants = new ArrayList<>();
      for (int layer = 0; layer < 5; layer++) {
        for (int[] size : new int[][] {{4, 1024}, {8, 512}, {4, 512}, {0, 1024}, {8, 0}}) {
          double score = random.nextInt(9) == 0 ? Double.NaN : random.nextDouble();
          variants.add(Variant.of(layer, size[0], size[1], score));
        }
      }
      new RunFixture(run, generation, 5, variants).write();
      double limit = 80 + random.nextInt(120);
      PuzzletronProblem problem =
          PuzzletronRun.read(run).problem(question("stats.memory_mib", new Limit.AtMost(limit)));
      double best = best(variants, 0, limit - 50.5);
      switch (SelectionSolver.solve(problem.problem())) {
        case SolveResult.Solved solved ->
            assertThat(solved.objective()).isCloseTo(best, within(1e-12));
        case SolveResult.Infeasible infeasible -> assertThat(best).isInfinite();
        case SolveResult.Undecided undecided -> fail(undecided.reason());
      }
    }
  }

  /** The smallest sum of scores from that layer on, with the numbers of {@link RunFixture}. */
  private static double best(List<Variant> variants, int layer, double room) {
    if (room < 0) {
      return Double.POSITIVE_INFINITY;
    }
    if (layer == 5) {
      return 0;
    }
    double best = best(variants, layer + 1, room - 30.5);
    for (Variant variant : variants) {
      if (variant.layers().contains(layer) && !Double.isNaN(variant.score())) {
        double memory =
            (variant.heads() == 8 ? 10.5 : variant.heads() == 4 ? 8.25 : 0)
                + (variant.channels() == 1024 ? 20 : variant.channels() == 512 ? 10.125 : 0);
        best = Math.min(best, variant.score() + best(variants, layer + 1, room - memory));
      }
    }
    return best;
  }

  @Test
  void aReplacementOfSeveralLayersIsOneCandidate() throws IOException {
    List<Variant> variants =
        List.of(Variant.of(2, 8, 512, 0.5), new Variant(List.of(0, 1), 4, 1024, 0.125));
    new RunFixture(folder, Generation.FIRST, 3, variants).write();
    // 50.5 + 28.25 for the first two layers together, 30.5 for the third.
    PuzzletronProblem problem = ask("stats.memory_mib", 109.25);

    assertThat(solve(problem).objective()).isEqualTo(0.125);
    assertThat(chosen(problem))
        .containsExactly(
            "L0-1/kv_heads_4+intermediate_1024@solution_1",
            "L2/kv_heads_8+intermediate_1024@teacher");
  }

  @Test
  void theTeachersLossIsTheScoreOfItsBlocks() throws IOException {
    fixture(Generation.FIRST);
    PuzzletronProblem problem =
        ask(question("stats.memory_mib", new Limit.AtMost(102)).withMetric("metrics.lm_loss"));

    assertThat(candidate(problem, "L0/kv_heads_8+intermediate_1024@teacher").score())
        .isEqualTo(1.125);
    assertThat(solve(problem).objective()).isEqualTo(1.375 + 1.125);
  }

  @Test
  void metricsThatAreBetterWhenLargeAreMaximised() throws IOException {
    fixture(Generation.FIRST)
        .edit(
            RunFixture.SCORES + "/teacher.json",
            "\"lm_loss\"",
            "\"token_accuracy_top_1\":{\"avg\":0.5},\"lm_loss\"");
    PuzzletronSettings question =
        question("stats.memory_mib", new Limit.AtMost(102)).withMetric("token_accuracy_top_1");

    PuzzletronProblem problem = ask(question);
    assertThat(problem.problem().sense()).isEqualTo(Sense.MAX);
    assertThat(solve(problem).objective()).isEqualTo(0.5 - 0.25 / 8 + 0.5);
    PuzzletronProblem complement = ask(question.withMetric("one_minus_token_accuracy_top_1"));
    assertThat(complement.problem().sense()).isEqualTo(Sense.MIN);
    assertThat(chosen(complement)).isEqualTo(chosen(problem));
    assertThat(ask(question.withSense(Sense.MIN)).problem().sense()).isEqualTo(Sense.MIN);
  }

  @Test
  void withoutATeacherFileTheBaselineOfTheSlicedTeacherCounts() throws IOException {
    fixture(Generation.SECOND)
        .delete(RunFixture.SCORES + "/teacher.json")
        .edit(
            RunFixture.SCORES + "/solution_0.json",
            "\"i_solution\"",
            "\"sliced_teacher_baseline\":{\"lm_loss\":{\"avg\":1.0625},"
                + "\"cosine_embedding_loss_hidden_states\":0.0625},\"i_solution\"");
    Candidate teacher =
        candidate(
            ask("stats.memory_mib", 102), "L1/kv_heads_8_q_heads_32+intermediate_1024@teacher");

    assertThat(teacher.score()).isEqualTo(0.0625);
  }

  @Test
  void eachScenarioHasItsOwnCosts() throws IOException {
    fixture(Generation.FIRST);
    PuzzletronSettings question =
        question("stats.memory_mib", new Limit.AtMost(136.9))
            .withStatsArgs(Map.of("batch_size", "16.0", "weights_dtype", "bfloat16"));

    // Attention costs 6.25 + 4 x 4.25 here: the teacher 50.5 + 2 x 43.25 = 137.
    PuzzletronProblem problem = ask(question);
    assertThat(solve(problem).selection().costs()).containsEntry("stats.memory_mib", 127.125);
    assertThat(problem.statsArgs()).containsEntry("batch_size", "16").containsEntry("gpu", "null");
  }

  @Test
  void severalMatchingScenariosAreListed() throws IOException {
    fixture(Generation.FIRST);

    assertThatThrownBy(
            () -> ask(question("stats.memory_mib", new Limit.AtMost(1)).withStatsArgs(Map.of())))
        .isInstanceOf(InvalidProblemException.class)
        .hasMessage(
            "%s: 2 entries match; tell them apart by their arguments: batch_size=8|16"
                .formatted(folder.resolve("subblock_stats.json")));
  }

  /** 8 x 1024 tokens in 1000 ms are 8192 per second; the teacher takes 7 + 2 x 8 ms. */
  @ParameterizedTest
  @CsvSource({
    "target_memory, stats.memory_mib, 102, 102",
    "memory_mib, stats.memory_mib, 102, 102",
    "num_params, stats.num_params, 1500, 1500",
    "target_num_kv_heads, stats.num_kv_heads, 12, 12",
    "target_latency, stats.runtime_ms, 0.02, 20",
    "target_latency_seconds, stats.runtime_ms, 0.02, 20",
    "target_throughput, stats.runtime_ms, 409600, 20",
    "stats.attention_memory_mib, stats.attention_memory_mib, 15, 15"
  })
  void puzzletronTargetsBecomeLimits(String name, String cost, double given, double max)
      throws IOException {
    fixture(Generation.FIRST);
    SelectionProblem problem = ask(name, given).problem();

    assertThat(problem.limits()).containsExactly(Map.entry(cost, new Limit.AtMost(max)));
    assertThat(SelectionSolver.solve(problem)).isInstanceOf(SolveResult.Solved.class);
  }

  @Test
  void theTighterOfTwoTargetsForOneCostCounts() throws IOException {
    fixture(Generation.FIRST);
    PuzzletronSettings question =
        PuzzletronSettings.ofEarlierResult()
            .withStatsArgs(BATCH_8)
            .withLimits(
                Map.of(
                    "target_latency", new Limit.AtMost(0.02),
                    "throughput", new Limit.AtLeast(8192 * 50)));

    assertThat(ask(question).problem().limits())
        .containsExactly(Map.entry("stats.runtime_ms", new Limit.AtMost(20)));
  }

  @Test
  void aCountOfLayersCanHaveBothSides() throws IOException {
    fixture(Generation.SECOND);

    assertThat(solve(ask(question("stats.has_attention", new Limit.Between(1, 1)))).objective())
        .isEqualTo(1.25);
  }

  @Test
  void replacementsWithoutAFiniteScoreAreSkippedWithANote() throws IOException {
    fixture(Generation.FIRST)
        .edit(RunFixture.SCORES + "/solution_1.json", "\"avg\":0.25", "\"avg\":NaN")
        .edit(RunFixture.SCORES + "/solution_3.json", "\"avg\":0.75", "\"avg\":Infinity");
    PuzzletronProblem problem = ask("stats.memory_mib", 102);

    assertThat(problem.problem().candidates()).hasSize(6);
    assertThat(problem.notes())
        .containsExactly(
            "left out: 2 of 8 candidates, as their 'cosine_embedding_loss_hidden_states' is NaN or"
                + " infinite: L0/kv_heads_8+intermediate_512@solution_1,"
                + " L1/kv_heads_4+intermediate_512@solution_3");
    // NaN in another metric has no effect.
    assertThat(
            ask(question("stats.memory_mib", new Limit.AtMost(102)).withMetric("lm_loss")).notes())
        .isEmpty();
  }

  @Test
  void unscoredReplacementsAreSkippedWithANote() throws IOException {
    fixture(Generation.FIRST).delete(RunFixture.SCORES + "/solution_4.json");

    assertThat(ask("stats.memory_mib", 102).notes())
        .containsExactly("1 of 6 replacements have no score and are left out");
  }

  @Test
  void aScoreFileMayNameItsReplacementByNumberAlone() throws IOException {
    RunFixture run = fixture(Generation.FIRST);
    run.put(
        RunFixture.SCORES + "/solution_2.json",
        RunFixture.map(
            "i_solution",
            2,
            "kl_div",
            Map.of("avg", 1),
            "lm_loss",
            Map.of("avg", 2),
            "cosine_embedding_loss_hidden_states",
            Map.of("avg", 0.0625)));

    assertThat(
            candidate(
                    ask("stats.memory_mib", 102), "L0/attention_no_op+intermediate_512@solution_2")
                .score())
        .isEqualTo(0.0625);
  }

  /** All replacements are of layer 0, so no solution contains the teacher's block of that layer. */
  @ParameterizedTest
  @EnumSource(Generation.class)
  void theTeachersBlockIsTakenFromTheLibraryIfNoSolutionContainsIt(Generation generation)
      throws IOException {
    RunFixture run =
        new RunFixture(folder, generation, 2, RunFixture.sixVariants().subList(0, 3)).write();

    assertThat(solve(ask("stats.memory_mib", 111.5)).objective()).isZero();
    run.delete("replacement_library.json");
    PuzzletronProblem without = ask("stats.memory_mib", 111.5);
    assertThat(without.notes())
        .containsExactly("the teacher's own block is not known, so no candidate, in layers [0]");
    assertThat(solve(without).objective()).isEqualTo(0.25);
  }

  @Test
  void anotherMetricIsUsedIfTheDefaultIsMissing() throws IOException {
    fixture(Generation.FIRST);
    for (int index = 0; index < 6; index++) {
      new RunFixture(folder, Generation.FIRST, 2, List.of())
          .edit(
              RunFixture.SCORES + "/solution_" + index + ".json",
              "cosine_embedding_loss_hidden_states",
              "kl_div");
    }
    PuzzletronProblem problem = ask("stats.memory_mib", 102);

    assertThat(problem.metric()).isEqualTo("kl_div");
    assertThat(problem.notes())
        .containsExactly(
            "the run has no 'cosine_embedding_loss_hidden_states': 'kl_div' is minimised");
  }

  @Test
  void withoutAnyLimitTheTeacherIsBest() throws IOException {
    fixture(Generation.FIRST);
    PuzzletronProblem problem = ask(PuzzletronSettings.ofEarlierResult().withStatsArgs(BATCH_8));

    assertThat(solve(problem).objective()).isZero();
    assertThat(problem.notes())
        .containsExactly("no limit is given: the choice is the best by its score alone");
    assertThat(problem.earlier()).isEqualTo(Optional.empty());
  }
}
