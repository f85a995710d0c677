package io.github.puzzle4j.search.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.arch.Attention;
import io.github.puzzle4j.blocklib.arch.AttentionShape;
import io.github.puzzle4j.blocklib.arch.CommonParts;
import io.github.puzzle4j.blocklib.arch.Ffn;
import io.github.puzzle4j.blocklib.arch.GatedFfn;
import io.github.puzzle4j.blocklib.arch.Layer;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.arch.NoAttention;
import io.github.puzzle4j.blocklib.arch.NoFfn;
import io.github.puzzle4j.blocklib.arch.Replacement;
import io.github.puzzle4j.blocklib.arch.SearchSpace;
import io.github.puzzle4j.blocklib.arch.SoftmaxAttention;
import io.github.puzzle4j.blocklib.arch.SpecialTokens;
import io.github.puzzle4j.blocklib.checkpoint.StoredFormat;
import io.github.puzzle4j.scoring.cost.Measure;
import io.github.puzzle4j.scoring.cost.ModelCost;
import io.github.puzzle4j.scoring.cost.Scenario;
import io.github.puzzle4j.scoring.cost.ServingFormat;
import io.github.puzzle4j.scoring.cost.kernel.MatrixType;
import io.github.puzzle4j.scoring.cost.kernel.NumberFormat;
import io.github.puzzle4j.scoring.quality.Metric;
import io.github.puzzle4j.scoring.quality.ReplacementScore;
import io.github.puzzle4j.scoring.quality.ScoreObjective;
import io.github.puzzle4j.scoring.quality.ScoreTable;
import io.github.puzzle4j.scoring.quality.TokenMean;
import io.github.puzzle4j.search.plan.PlanReader;
import io.github.puzzle4j.search.plan.SearchPlan;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Choices for a teacher of 8B parameters whose scores are made up, and so need no training. */
class TargetSelectorTest {

  private static final Model TEACHER =
      Model.uniform(
          CommonParts.llama(128_256, 4096, 500_000, 131_072, false, SpecialTokens.none()),
          32,
          Layer.llama(new AttentionShape(32, 8, 128), 14_336));

  /** 7170 channels divide among two GPUs, not among four. */
  private static final Ffn ODD = new GatedFfn(7170);

  private static final SearchSpace SPACE =
      SearchSpace.uniform(
          TEACHER,
          List.of(attention(4), attention(2), new NoAttention()),
          List.of(new GatedFfn(10_752), ODD, new GatedFfn(3584), new NoFfn()));

  private static final StoredFormat PLAIN = stored(StoredFormat.Matrices.PLAIN, false, "");

  private static StoredFormat stored(
      StoredFormat.Matrices matrices, boolean cacheInFp8, String source) {
    return new StoredFormat(matrices, cacheInFp8, false, List.of(), source);
  }

  private static Attention attention(int kvHeads) {
    return SoftmaxAttention.plain(new AttentionShape(32, kvHeads, 128));
  }

  private static SearchPlan plan(String target) throws IOException {
    return PlanReader.parse(
        "plan.yaml",
        Path.of("/plans"),
        """
        schema: 1
        teacher: {path: model}
        solve: {timeLimit: 30s}
        targets:
          - %s
        """
            .formatted(target.strip().replace("\n", "\n    ")));
  }

  private static TargetChoice choose(String target) throws IOException {
    SearchPlan plan = plan(target);
    PricedTarget priced = PricedTarget.all(plan.targets(), SPACE, PLAIN).getFirst();
    return new TargetSelector(
            new Loadable(TEACHER, List.of()),
            scores(),
            ScoreObjective.of(Metric.KL_DIVERGENCE),
            plan.solve(),
            plan.baselines(),
            1)
        .choose("gpu", priced);
  }

  private static TargetChoice.Chosen chosen(String target) throws IOException {
    TargetChoice choice = choose(target);
    assertThat(choice).isInstanceOf(TargetChoice.Chosen.class);
    return (TargetChoice.Chosen) choice;
  }

  /** A variant costs what it leaves out, in some layers more than in others. */
  private static ScoreTable scores() {
    List<ReplacementScore> scores = new ArrayList<>();
    for (Replacement replacement : SPACE.replacements()) {
      int layer = replacement.span().first();
      double missing =
          1
              - (double) parameters(replacement.instead().getFirst())
                  / parameters(TEACHER.layers().getFirst());
      double score = (1 + (layer * 7 % 5)) * missing * missing / 100;
      scores.add(
          new ReplacementScore(
              replacement, Map.of(Metric.KL_DIVERGENCE, TokenMean.exactly(score, 0))));
    }
    return new ScoreTable(scores);
  }

  private static long parameters(Layer layer) {
    return layer.attention().matrixParameters(TEACHER.hiddenSize(), 1)
        + layer.ffn().matrixParameters(TEACHER.hiddenSize(), 1);
  }

  private static final String SHARED =
      """
      gpu: h100-sxm
      scenario:
        inputTokens: 1024
        outputTokens: 1024
        batch: [64, 256]
        tensorParallel: 4
        weights: fp8
        kvCache: fp8
        memoryUtilisation: 0.8
        reserve: 2GiB
      throughput: 1.2x
      memory: 100%
      """;

  @Test
  void aChildIsPricedAsThePlanHoldsIt() throws IOException {
    TargetChoice.Chosen chosen = chosen(SHARED);

    Scenario scenario = chosen.costs().scenario();
    assertThat(scenario)
        .isEqualTo(
            Scenario.of(1024, 1024, scenario.batch())
                .withFormat(new ServingFormat(MatrixType.FP8, NumberFormat.FP8))
                .withTensorParallel(4)
                .withMemory(0.8, 2L << 30));
    ModelCost child = chosen.cost(chosen.child());
    assertThat(child.fits()).isTrue();
    assertThat(child.throughputTokensPerSecond())
        .isGreaterThanOrEqualTo(1.2 * chosen.teacher().throughputTokensPerSecond() * (1 - 1e-9));
    assertThat(chosen.solved().proven()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "'', FP8_BLOCK, FP8, 'fp8_block weights, fp8 KV cache as the teacher is stored'",
    "'scenario: {weights: bf16}', BF16, FP8, 'bf16 weights, fp8 KV cache as the teacher is stored'",
    "'scenario: {kvCache: bf16}', FP8_BLOCK, BF16, 'fp8_block weights, bf16 KV cache'",
    "'scenario: {weights: fp8, kvCache: bf16}', FP8, BF16, 'fp8 weights, bf16 KV cache,'",
  })
  void aTargetIsPricedAsTheTeacherIsStoredUnlessThePlanSaysOtherwise(
      String written, MatrixType weights, NumberFormat cache, String text) throws IOException {
    SearchPlan plan = plan("gpu: h100-sxm\nbackend: trtllm\n" + written);
    StoredFormat stored = stored(StoredFormat.Matrices.FP8_BLOCK, true, "quantization_config");

    PricedTarget priced = PricedTarget.all(plan.targets(), SPACE, stored).getFirst();

    assertThat(priced.scenario().format()).isEqualTo(new ServingFormat(weights, cache));
    assertThat(TargetTexts.scenario(priced.target().scenario(), priced.scenario())).contains(text);
  }

  @Test
  void whatDoesNotDivideAmongTheGpusIsNoCandidate() throws IOException {
    assertThat(chosen(SHARED).costs().space().layers())
        .hasSize(32)
        .allSatisfy(options ->
            assertThat(options.layers()).hasSize(16).noneMatch(layer -> layer.ffn().equals(ODD)));
    assertThat(
            chosen(SHARED.replace("tensorParallel: 4", "tensorParallel: 2"))
                .costs()
                .space()
                .layers())
        .hasSize(32)
        .allSatisfy(options ->
            assertThat(options.layers()).hasSize(20).anyMatch(layer -> layer.ffn().equals(ODD)));
  }

  @Test
  void aChildKeepsTheTimePerTokenThatItIsAskedFor() throws IOException {
    TargetChoice.Chosen free = chosen(SHARED.replace("[64, 256]", "256"));
    double seconds = 0.9 * free.cost(free.child()).timePerOutputTokenSeconds();
    TargetChoice.Chosen bound =
        chosen(
            SHARED.replace("[64, 256]", "256")
                + "maxTimePerToken: %.6fms\n".formatted(1e3 * seconds));

    assertThat(bound.cost(bound.child()).timePerOutputTokenSeconds())
        .isLessThanOrEqualTo(seconds * (1 + 1e-6));
    assertThat(bound.solved().objective()).isGreaterThan(free.solved().objective());
    assertThat(bound.baselines().values())
        .allSatisfy(child ->
            assertThat(bound.cost(child).timePerOutputTokenSeconds())
                .isLessThanOrEqualTo(seconds * (1 + 1e-6)));
    assertThat(bound.frontier())
        .isNotEmpty()
        .allSatisfy(point ->
            assertThat(point.tokensPerSecond())
                .isGreaterThanOrEqualTo(256 / (seconds * 4) * (1 - 1e-6)));
  }

  @Test
  void aChildKeepsTheTimeToTheFirstTokenThatItIsAskedFor() throws IOException {
    TargetChoice.Chosen free = chosen(SHARED);
    double seconds = 0.9 * free.cost(free.child()).timeToFirstTokenSeconds();
    TargetChoice.Chosen bound =
        chosen(SHARED + "maxTimeToFirstToken: %.6fms\n".formatted(1e3 * seconds));

    assertThat(bound.cost(bound.child()).timeToFirstTokenSeconds())
        .isLessThanOrEqualTo(seconds * (1 + 1e-6));
    assertThat(bound.solved().objective()).isGreaterThan(free.solved().objective());
  }

  @ParameterizedTest
  @CsvSource({
    "parameters, 0.5x",
    "weightBytes, 0.6x",
    "kvBytesPerToken, 0.25x",
    "attentionLayers, 16"
  })
  void aChildKeepsALimitOnWhatAddsUpAndNoOther(String key, String limit) throws IOException {
    TargetChoice.Chosen chosen =
        chosen(
            """
            gpu: h100-sxm
            scenario: {batch: [8]}
            %s: %s
            """
                .formatted(key, limit));

    ModelCost child = chosen.cost(chosen.child());
    ModelCost teacher = chosen.teacher();
    double most =
        switch (key) {
          case "parameters" -> Math.floor(0.5 * teacher.total().parameters());
          case "weightBytes" -> Math.floor(0.6 * teacher.total().weightBytes());
          case "kvBytesPerToken" -> Math.floor(0.25 * teacher.total().kvBytesPerToken());
          default -> 16;
        };
    Measure measure =
        switch (key) {
          case "parameters" -> Measure.PARAMETERS;
          case "weightBytes" -> Measure.WEIGHT_BYTES;
          case "kvBytesPerToken" -> Measure.KV_BYTES_PER_TOKEN;
          default -> Measure.ATTENTION_LAYERS;
        };
    assertThat(child.of(measure)).isLessThanOrEqualTo(most);
    assertThat(chosen.solved().proven()).isTrue();
    assertThat(chosen.problem().limits().keySet())
        .containsExactlyInAnyOrder("memory_bytes", measure.id());
    assertThat(TargetTexts.budget(chosen.target(), chosen.budget()))
        .startsWith("at most 72.00 GiB, at most ")
        .doesNotContain("tokens/s");
    assertThat(
            Objects.requireNonNull(chosen.problem().limits().get(measure.id())).most()
                + measure.of(chosen.costs().fixed(), chosen.costs().scenario()))
        .isEqualTo(most);
  }

  @Test
  void theTeacherIsComparedAtABatchThatKeepsTheTimePerToken() throws IOException {
    ModelCost free = chosen(SHARED).teacher();
    assertThat(free.scenario().batch()).isEqualTo(256);

    ModelCost bound =
        chosen(
                SHARED
                    + "maxTimePerToken: %.6fms\n"
                        .formatted(0.99e3 * free.timePerOutputTokenSeconds()))
            .teacher();

    assertThat(bound.scenario().batch()).isEqualTo(64);
  }

  @Test
  void whatIsOutOfReachIsExplainedByEveryLimitThatWasAskedFor() throws IOException {
    TargetChoice choice = choose(SHARED + "maxTimePerToken: 0.25ms\nmaxTimeToFirstToken: 1.5ms\n");

    assertThat(choice).isInstanceOf(TargetChoice.OutOfReach.class);
    assertThat(((TargetChoice.OutOfReach) choice).explanation())
        .matches(
            "gpu: nothing fits throughput \\d+ tokens/s, memory 64\\.00 GiB, 0\\.25 ms per"
                + " output token and 1\\.5 ms to the first token; at batch 64 the fastest choice"
                + " reaches \\d+ tokens/s, [0-9.]+ ms per output token and [0-9.]+ ms to the first"
                + " token \\(teacher \\d+\\), and .*")
        .doesNotContain("\n");
  }

  @Test
  void whereNotEvenOneRequestFitsTheLadderSaysSo() throws IOException {
    TargetChoice choice = choose(SHARED.replace("[64, 256]", "ladder").replace("2GiB", "200GiB"));

    assertThat(choice).isInstanceOf(TargetChoice.OutOfReach.class);
    assertThat(((TargetChoice.OutOfReach) choice).explanation())
        .startsWith("gpu: nothing fits throughput ")
        .contains("at batch 1 ");
  }

  @Test
  void theReportSaysHowAModelIsHeldWhereItIsNotAsUsual() throws IOException {
    TargetChoice.Chosen chosen =
        chosen(SHARED + "maxTimePerToken: 40ms\nmaxTimeToFirstToken: 1.5s\n");

    assertThat(TargetTexts.scenario(chosen.target().scenario(), chosen.costs().scenario()))
        .isEqualTo(
            "1024 tokens in, 1024 out, fp8 weights, fp8 KV cache, batch 256, tensor parallel on 4"
                + " GPUs, 80 % of the memory used, 2.00 GiB of it in reserve");
    assertThat(TargetTexts.scenario(chosen.target().scenario(), Scenario.of(512, 256, 8)))
        .isEqualTo("512 tokens in, 256 out, bf16, batch 8");
    assertThat(TargetTexts.budget(chosen.target(), chosen.budget()))
        .matches(
            "at least [0-9,]+ tokens/s \\(1\\.2x\\), at most 64\\.00 GiB, at most 40 ms per"
                + " output token, at most 1500 ms to the first token");
    assertThat(TargetTexts.notes(chosen.budget(), chosen.cost(chosen.child())))
        .hasSize(2)
        .first()
        .asString()
        .contains("ms to the first token, the latter with low confidence");
    double milliseconds = 1e3 * chosen.cost(chosen.child()).timePerOutputTokenSeconds();
    String text = TargetTexts.notes(chosen.budget(), chosen.cost(chosen.child())).getFirst();
    assertThat(Double.parseDouble(text.replaceAll(".*take ([0-9.]+) ms per.*", "$1")))
        .isCloseTo(milliseconds, within(0.01));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          weights: fp8        | weights: nvfp4     | targets[0].scenario.weights: h100-sxm does not multiply in nvfp4; it does in .*; right would be bf16 or fp8 or fp8_static or fp8_block
          kvCache: fp8        | kvCache: fp32      | targets[0].scenario.kvCache: h100-sxm with vllm: no data on decode attention, fp32 KV cache; .*; right would be bf16 or fp8
          gpu: h100-sxm       | gpu: h100          | targets[0]: unknown target 'h100'; .*did you mean h100-nvl or h100-pcie or h100-sxm\\?
          gpu: h100-sxm       | gpu: h100-sxm\\nbackend: sglang | targets[0]: .*unknown backend 'sglang'.*
          """)
  void whatATargetHasNoPricesForIsNamedByItsKey(String right, String wrong, String pattern)
      throws IOException {
    SearchPlan plan = plan(SHARED.replace(right, wrong.replace("\\n", "\n")));

    assertThatThrownBy(() -> PricedTarget.all(plan.targets(), SPACE, PLAIN))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageMatching(pattern.replace("[0]", "\\[0\\]"));
  }

  @Test
  void aTeacherThatDoesNotDivideIsNamedWithTheNumbersOfGpusThatWould() throws IOException {
    Model odd =
        Model.uniform(
            CommonParts.llama(32_000, 1536, 500_000, 4096, false, SpecialTokens.none()),
            4,
            Layer.llama(new AttentionShape(12, 4, 128), 4096));
    SearchPlan plan = plan(SHARED.replace("tensorParallel: 4", "tensorParallel: 8"));

    assertThatThrownBy(() -> all(plan, odd))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(
            "targets[0].scenario.tensorParallel: layer 0: 12 query heads do not divide among 8"
                + " GPUs; right would be 1 or 2 or 4");
    SearchPlan wrongTwice =
        plan(
            SHARED
                .replace("tensorParallel: 4", "tensorParallel: 8")
                .replace("weights: fp8", "weights: nvfp4"));
    assertThatThrownBy(() -> all(wrongTwice, odd))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith("targets[0].scenario.tensorParallel: layer 0: 12 query heads")
        .hasMessageEndingWith("right would be 1 or 2 or 4");
  }

  private static List<PricedTarget> all(SearchPlan plan, Model teacher) throws IOException {
    return PricedTarget.all(
        plan.targets(), SearchSpace.uniform(teacher, List.of(), List.of()), PLAIN);
  }
}
