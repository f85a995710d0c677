package io.github.puzzle4j.search.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.arch.AttentionShape;
import io.github.puzzle4j.blocklib.arch.CommonParts;
import io.github.puzzle4j.blocklib.arch.GatedFfn;
import io.github.puzzle4j.blocklib.arch.Layer;
import io.github.puzzle4j.blocklib.arch.LinearAttention;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.arch.NoAttention;
import io.github.puzzle4j.blocklib.arch.NoFfn;
import io.github.puzzle4j.blocklib.arch.Replacement;
import io.github.puzzle4j.blocklib.arch.SearchSpace;
import io.github.puzzle4j.blocklib.arch.SoftmaxAttention;
import io.github.puzzle4j.blocklib.arch.Span;
import io.github.puzzle4j.blocklib.arch.SpecialTokens;
import io.github.puzzle4j.scoring.cost.kernel.MatrixType;
import io.github.puzzle4j.scoring.cost.kernel.NumberFormat;
import io.github.puzzle4j.scoring.quality.Metric;
import io.github.puzzle4j.scoring.quality.ScoreObjective;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlanReaderTest {

  private static final Path FOLDER = Path.of("/plans");

  private static final String SMALL =
      """
      schema: 1
      teacher:
        path: model
      distill:
        steps: 60
        batch: 4
      targets:
        - gpu: h100-sxm
          scenario:
            inputTokens: 512
            batch: [1, 8]
          throughput: 1.5x
        - gpu: b200-sxm
          memory: 40GiB
      """;

  private static final String HELD =
      """
      schema: 1
      teacher:
        path: model
      targets:
        - gpu: h100-sxm
          scenario:
            tensorParallel: 4
            weights: fp8_block
            kvCache: fp8
            memoryUtilisation: 0.85
            reserve: 1.5GiB
          maxTimePerToken: 12.5ms
          maxTimeToFirstToken: 1.5s
      """;

  private static final Model TEACHER =
      Model.uniform(
          CommonParts.llama(100, 64, 10000, 128, true, SpecialTokens.none()),
          2,
          Layer.llama(new AttentionShape(8, 4, 8), 176));

  private static SearchPlan read(String text) throws IOException {
    return PlanReader.parse("plan.yaml", FOLDER, text);
  }

  @Test
  void aGpuMayBeAFileBesideThePlan() throws IOException {
    Target target =
        read(SMALL.replace("gpu: h100-sxm", "gpu: mine/my-cpu.json")).targets().getFirst();

    assertThat(target.gpu()).isEqualTo("/plans/mine/my-cpu.json");
    assertThat(target.gpuName()).isEqualTo("my-cpu");
  }

  @Test
  void blocksOfAChildAreDistilledAsLongAsVariantsOrAsThePlanSays() throws IOException {
    assertThat(read(SMALL).adaptSteps()).isEqualTo(60);
    SearchPlan longer = read(SMALL + "adapt: 150\n");
    assertThat(longer.adapt()).isEqualTo(Adaptation.of(150));
    assertThat(longer.adaptSteps()).isEqualTo(150);
    assertThat(read(SMALL + "adapt: false\n").adapt().wanted()).isFalse();
  }

  @Test
  void keysThatAreLeftOutTakeTheirDefaults() throws IOException {
    SearchPlan plan = read(SMALL);

    assertThat(plan.teacher().path()).isEqualTo(Path.of("/plans/model"));
    assertThat(plan.distill().steps()).isEqualTo(60);
    assertThat(plan.distill().learningRate()).isEqualTo(1e-3);
    assertThat(plan.data().calibration()).isEqualTo(new TextSource.Synthetic());
    assertThat(plan.solve()).isEqualTo(new Solve("auto", Duration.ofSeconds(60)));
    assertThat(plan.rounds()).isEqualTo(3);
    assertThat(plan.childrenPerRound()).isEqualTo(24);
    assertThat(plan.adapt()).isEqualTo(Adaptation.of(true));
    assertThat(plan.baselines())
        .containsExactly(Baseline.GREEDY, Baseline.UNIFORM, Baseline.RANDOM);
    assertThat(plan.targets()).hasSize(2);
    assertThat(plan.targets().get(0).scenario())
        .isEqualTo(usual(512, new BatchSizes.Exactly(List.of(1, 8))));
    assertThat(plan.targets().get(1).scenario()).isEqualTo(usual(1024, new BatchSizes.Ladder()));
    assertThat(plan.targets().get(1).memory()).isEqualTo(new MemoryLimit.Bytes(40L << 30));
  }

  private static Target.Scenario usual(int inputTokens, BatchSizes batch) {
    return new Target.Scenario(
        inputTokens,
        1024,
        batch,
        1,
        new WeightsFormat.Stored(),
        new CacheFormat.Stored(),
        0.9,
        new MemorySize(1L << 30));
  }

  @Test
  void howAModelIsHeldAndHowLongRequestsMayWaitIsRead() throws IOException {
    SearchPlan plan = read(HELD);
    Target target = plan.targets().getFirst();

    assertThat(target.scenario().tensorParallel()).isEqualTo(4);
    assertThat(target.scenario().weights())
        .isEqualTo(new WeightsFormat.Exactly(MatrixType.FP8_BLOCK));
    assertThat(target.scenario().kvCache()).isEqualTo(new CacheFormat.Exactly(NumberFormat.FP8));
    assertThat(target.scenario().memoryUtilisation()).isEqualTo(0.85);
    assertThat(target.scenario().reserve()).isEqualTo(new MemorySize(3L << 29));
    assertThat(target.maxTimePerToken()).isEqualTo(new LatencyLimit.AtMost(12.5));
    assertThat(target.maxTimeToFirstToken().seconds()).isEqualTo(1.5);
    assertThat(read(PlanReader.write(plan))).isEqualTo(plan);
  }

  @Test
  void requestsMayWaitWherePlansSayNothing() throws IOException {
    assertThat(read(SMALL).targets())
        .allSatisfy(target -> {
          assertThat(target.maxTimePerToken()).isEqualTo(new LatencyLimit.None());
          assertThat(target.maxTimeToFirstToken().seconds()).isInfinite();
        });
  }

  @Test
  void metricsMayBeWeighted() throws IOException {
    String weighted = "score: {metric: {kl: 1, lm_loss: 0.1}}\nteacher:";
    SearchPlan plan = read(SMALL.replaceFirst("teacher:", weighted));
    assertThat(plan.score().metric().weights())
        .containsExactly(Map.entry(Metric.KL_DIVERGENCE, 1.0), Map.entry(Metric.LM_LOSS, 0.1));
    assertThat(read(PlanReader.write(plan))).isEqualTo(plan);
    assertThat(read(SMALL).score().metric()).isEqualTo(ScoreObjective.of(Metric.KL_DIVERGENCE));
  }

  @ParameterizedTest(name = "{1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          tensorParallel: 4       | tensorParallel: 3       | line 7: targets[0].scenario.tensorParallel must be 1, 2, 4 or 8, not 3
          tensorParallel: 4       | tensorParallel: best    | line 7: targets[0].scenario.tensorParallel must be a whole number, not 'best'
          tensorParallel: 4       | tensorparallel: 4       | line 7: unknown key 'targets[0].scenario.tensorparallel'; did you mean 'tensorParallel'?
          weights: fp8_block      | weights: fp8-block      | line 8: targets[0].scenario.weights is wrong: unknown 'fp8-block'; did you mean 'fp8_block'?
          weights: fp8_block      | weights: int4           | line 8: targets[0].scenario.weights is wrong: unknown 'int4'; there are bf16, fp32, fp8, fp8_block, fp8_static, nvfp4, stored
          kvCache: fp8            | kvCache: nvfp4          | line 9: targets[0].scenario.kvCache is wrong: unknown 'nvfp4'; there are bf16, fp32, fp8, stored
          memoryUtilisation: 0.85 | memoryUtilisation: 1.2  | line 10: targets[0].scenario.memoryUtilisation must be above 0 and at most 1, not 1.2
          memoryUtilisation: 0.85 | memoryUtilisation: 85%  | line 10: targets[0].scenario.memoryUtilisation must be a number, not '85%'
          reserve: 1.5GiB         | reserve: 10%            | line 11: targets[0].scenario.reserve must be a size such as 2GiB, or a number of bytes, not '10%'
          reserve: 1.5GiB         | reserve: -1             | line 11: targets[0].scenario.reserve must be a size such as 2GiB, or a number of bytes, not '-1'
          maxTimePerToken: 12.5ms | maxTimePerToken: 12.5   | line 12: targets[0].maxTimePerToken must be a time such as 20ms, 1.5s or 1m, or none, not '12.5'
          maxTimePerToken: 12.5ms | maxTimePerToken: 0ms    | line 12: targets[0].maxTimePerToken must be longer than nothing
          maxTimePerToken: 12.5ms | maxTimePerTokn: 1ms     | line 12: unknown key 'targets[0].maxTimePerTokn'; did you mean 'maxTimePerToken'?
          maxTimeToFirstToken: 1.5s | maxTimeToFirstToken: soon | line 13: targets[0].maxTimeToFirstToken must be a time such as 20ms, 1.5s or 1m, or none, not 'soon'
          """)
  void aMistakeInHowAModelIsHeldIsNamedWithItsLine(String right, String wrong, String message) {
    String text = HELD.replaceFirst(Pattern.quote(right), wrong);

    assertThatThrownBy(() -> read(text))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("plan.yaml, " + message);
  }

  @Test
  void oneTextIsForAllPartsThatNameNoneOfTheirOwn() throws IOException {
    SearchPlan.Data data =
        read("data: {text: [all, more.parquet], heldOut: held.txt}\n" + SMALL).data();

    TextSource all =
        new TextSource.Files(List.of(Path.of("/plans/all"), Path.of("/plans/more.parquet")));
    assertThat(data.calibration()).isEqualTo(all);
    assertThat(data.validation()).isEqualTo(all);
    assertThat(data.heldOut()).isEqualTo(new TextSource.Files(List.of(Path.of("/plans/held.txt"))));
  }

  @Test
  void tokensAreKeptInTheRunNowhereOrInAFolder() throws IOException {
    assertThat(read(SMALL).data().cache()).isEqualTo(new TokenCaching.InRun());
    for (String cache : List.of("run", "none", "../tokens")) {
      SearchPlan plan = read("data: {cache: %s}\n%s".formatted(cache, SMALL));
      assertThat(plan.data().cache())
          .isEqualTo(
              switch (cache) {
                case "run" -> new TokenCaching.InRun();
                case "none" -> new TokenCaching.Nowhere();
                default -> new TokenCaching.Folder(Path.of("/tokens"));
              });
      assertThat(read(PlanReader.write(plan))).isEqualTo(plan);
    }
  }

  @Test
  void resultsAreKeptInTheRunOrInAFolderToShare() throws IOException {
    assertThat(read(SMALL).store()).isEqualTo(new StoreLocation.InRun());
    for (String store : List.of("run", "../results")) {
      SearchPlan plan = read("store: %s\n%s".formatted(store, SMALL));
      assertThat(plan.store())
          .isEqualTo(
              store.equals("run")
                  ? new StoreLocation.InRun()
                  : new StoreLocation.Folder(Path.of("/results")));
      assertThat(read(PlanReader.write(plan))).isEqualTo(plan);
    }
  }

  @Test
  void aTargetMayHaveALoaderOfItsOwn() throws IOException {
    SearchPlan plan = read(SMALL.replace("throughput: 1.5x", "loader: any"));

    assertThat(plan.targets()).extracting(Target::loader).containsExactly(Loader.ANY, Loader.STOCK);
    assertThat(read(PlanReader.write(plan))).isEqualTo(plan);
  }

  @Test
  void anUnknownEngineIsNamedWithTheKnownOnes() {
    assertThatThrownBy(() -> read(SMALL.replaceFirst("teacher:", "engine: tourch\nteacher:")))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageMatching("plan.yaml, line \\d: engine must be djl( or \\w+)*, not 'tourch'");
  }

  @Test
  void aDeviceIsNamedInThePlanAndNeedNotBeThereToReadIt() throws IOException {
    SearchPlan plan = read(SMALL.replaceFirst("teacher:", "device: cuda:3\nteacher:"));

    assertThat(plan.device()).isEqualTo("cuda:3");
    assertThat(read(SMALL).device()).isEqualTo("auto");
    assertThatThrownBy(() -> read(SMALL.replaceFirst("teacher:", "device: gpu\nteacher:")))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageMatching(
            "plan.yaml, line \\d: device must be auto, cpu, cuda or cuda:N, not 'gpu'");
  }

  @Test
  void engineAndThreadsAreThoseOfThePlanUnlessSomeoneSaysOtherwise() throws IOException {
    SearchPlan plan = read(SMALL.replaceFirst("teacher:", "threads: 3\nteacher:"));

    assertThat(plan.computing())
        .isEqualTo(new Computing("djl", new ThreadCount(OptionalInt.of(3))));
    Computing other = new Computing("djl", ThreadCount.all());
    assertThat(plan.withComputing(other).computing()).isEqualTo(other);
  }

  @Test
  void aPlanReadsBackAsItWasWritten() throws IOException {
    SearchPlan plan = read(SMALL);

    assertThat(read(PlanReader.write(plan))).isEqualTo(plan);
  }

  @Test
  void theExampleNamesEveryKeyOfAPlan() throws IOException {
    Path example = Path.of("..", "examples", "quickstart.yaml");
    SearchPlan plan = PlanReader.read(example);

    String resolved = PlanReader.write(plan);
    List<String> keys =
        resolved.lines().filter(line -> line.contains(":")).map(PlanReaderTest::key).toList();
    List<String> written =
        Files.readString(example)
            .lines()
            .filter(line -> !line.strip().startsWith("#") && line.contains(":"))
            .map(PlanReaderTest::key)
            .toList();
    assertThat(written).containsAll(keys);
  }

  private static String key(String line) {
    return line.substring(0, line.indexOf(':')).replace("-", "").strip();
  }

  @ParameterizedTest(name = "{1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          steps: 60     | stpes: 60              | plan.yaml, line 5: unknown key 'distill.stpes'; did you mean 'steps'?
          distill:      | distil:                | plan.yaml, line 4: unknown key 'distil'; did you mean 'distill'?
          teacher:      | teachr:                | plan.yaml, line 2: unknown key 'teachr'; did you mean 'teacher'?
          targets:      | target:                | plan.yaml, line 7: unknown key 'target'; did you mean 'targets'?
          inputTokens:  | input_token:           | plan.yaml, line 10: unknown key 'targets[0].scenario.input_token'; did you mean 'inputTokens'?
          steps: 60     | steps: many            | plan.yaml, line 5: distill.steps must be a whole number, not 'many'
          steps: 60     | steps: '60'            | plan.yaml, line 5: distill.steps must be a whole number, not '60'
          steps: 60     | steps: 1.5             | plan.yaml, line 5: distill.steps must be a whole number, not '1.5'
          steps: 60     | steps: 99999999999     | plan.yaml, line 5: distill.steps must be a whole number, not '99999999999'
          steps: 60     | steps:                 | plan.yaml, line 5: distill.steps has no value
          steps: 60     | steps: -1              | plan.yaml, line 5: distill.steps must be between 0 and 100000000, not -1
          steps: 60     | steps: [60]            | plan.yaml, line 5: distill.steps must be a whole number, not a list
          steps: 60     | learningRate: .nan     | plan.yaml, line 5: distill.learningRate must be above 0 and at most 1, not NaN
          steps: 60     | form: elastik          | plan.yaml, line 5: distill.form is wrong: unknown 'elastik'; did you mean 'elastic'?
          steps: 60     | pairing: both          | plan.yaml, line 5: distill.pairing is wrong: unknown 'both'; there are coupled, decoupled
          steps: 60     | gradientClip: 0        | plan.yaml, line 5: distill.gradientClip must be above 0, not 0.0
          steps: 60     | checkpointSteps: 0     | plan.yaml, line 5: distill.checkpointSteps must be between 1 and 100000000, not 0
          steps: 60     | "earlyStop: {patience: 0}" | plan.yaml, line 5: distill.earlyStop.patience must be between 1 and 1048576, not 0
          teacher:      | "activations: {disk: much}\nteacher:" | plan.yaml, line 2: activations.disk must be a size such as 2GiB, or a number of bytes, not 'much'
          schema: 1     | schema: 2              | plan.yaml, line 1: schema must be 1, not 2
          gpu: h100-sxm | backend: vllm          | plan.yaml, line 8: the key 'targets[0].gpu' is missing
          gpu: h100-sxm | gpu: ../etc            | plan.yaml, line 8: targets[0].gpu must be a name of letters, digits, '-', '_' and '.', not '../etc'
          1.5x          | fast                   | plan.yaml, line 12: targets[0].throughput must be a multiple of the teacher's such as 1.5x, tokens per second, or none, not 'fast'
          1.5x          | 0x                     | plan.yaml, line 12: targets[0].throughput must be above 0, not 0.0
          40GiB         | 40 gigs                | plan.yaml, line 14: targets[1].memory must be a size such as 40GiB, a share of the GPU such as 90%, a multiple of the teacher's such as 0.5x, or none, not '40 gigs'
          "[1, 8]"      | "[1, 0]"               | plan.yaml, line 11: targets[0].scenario.batch must be 'ladder' or sizes between 1 and 1048576, not [1, 0]
          teacher:      | "baselines: [greedi]\nteacher:" | plan.yaml, line 2: baselines[0] is wrong: unknown 'greedi'; did you mean 'greedy'?
          teacher:      | "baselines: [random, random]\nteacher:" | plan.yaml, line 2: baselines names 'RANDOM' twice
          teacher:      | "space: {ffn: [120%]}\nteacher:" | plan.yaml, line 2: space.ffn[0] must be above 0% and at most 100%, not 120.0%
          teacher:      | "space: {attention: [gqa2]}\nteacher:" | plan.yaml, line 2: space.attention[0] is wrong: unknown attention variant 'gqa2'; there are gqa_<kv heads>, window_<tokens>, gqa_<kv heads>_window_<tokens>, linear, noop
          teacher:      | "space: {attention: [window_0]}\nteacher:" | plan.yaml, line 2: space.attention[0] is wrong: unknown attention variant 'window_0'; there are gqa_<kv heads>, window_<tokens>, gqa_<kv heads>_window_<tokens>, linear, noop
          teacher:      | "space: {merge: [4-3]}\nteacher:" | plan.yaml, line 2: space.merge[0] must be the first and the last of consecutive layers, such as 3-4, not '4-3'
          teacher:      | "space: {merge: [3]}\nteacher:" | plan.yaml, line 2: space.merge[0] must be the first and the last of consecutive layers, such as 3-4, not '3'
          teacher:      | "space: {merge: [1-2, 1-2]}\nteacher:" | plan.yaml, line 2: space.merge names '1-2' twice
          teacher:      | "store: 5\nteacher:" | plan.yaml, line 2: store must be a path, not 5
          gpu: h100-sxm | "gpu: h100-sxm\n    loader: mine" | plan.yaml, line 9: targets[0].loader is wrong: unknown 'mine'; there are any, stock
          teacher:      | "precision: fp16\nteacher:" | plan.yaml, line 2: precision is wrong: unknown 'fp16'; there are auto, bfloat16, float32
          teacher:      | "threads: 0\nteacher:" | plan.yaml, line 2: threads must be between 1 and 4096, not 0
          teacher:      | "threads: many\nteacher:" | plan.yaml, line 2: threads must be all or a whole number, not 'many'
          teacher:      | "data: {cache: 5}\nteacher:" | plan.yaml, line 2: data.cache must be a path, not 5
          teacher:      | "data: {text: [a, 5]}\nteacher:" | plan.yaml, line 2: data.text must be a path, not 5
          teacher:      | "data: {txt: a}\nteacher:" | plan.yaml, line 2: unknown key 'data.txt'; did you mean 'text'?
          teacher:      | "rounds: -1\nteacher:" | plan.yaml, line 2: rounds must be between 0 and 1000, not -1
          teacher:      | "rounds: 1001\nteacher:" | plan.yaml, line 2: rounds must be between 0 and 1000, not 1001
          teacher:      | "rounds: few\nteacher:" | plan.yaml, line 2: rounds must be a whole number, not 'few'
          teacher:      | "rounds: 1.5\nteacher:" | plan.yaml, line 2: rounds must be a whole number, not '1.5'
          teacher:      | "rounds: [3]\nteacher:" | plan.yaml, line 2: rounds must be a whole number, not a list
          teacher:      | "rounds:\nteacher:" | plan.yaml, line 2: rounds has no value
          teacher:      | "round: 3\nteacher:" | plan.yaml, line 2: unknown key 'round'; did you mean 'rounds'?
          teacher:      | "childrenPerRound: 1\nteacher:" | plan.yaml, line 2: childrenPerRound must be between 2 and 10000, not 1
          teacher:      | "childrenPerRound: 10001\nteacher:" | plan.yaml, line 2: childrenPerRound must be between 2 and 10000, not 10001
          teacher:      | "childrenPerRound: many\nteacher:" | plan.yaml, line 2: childrenPerRound must be a whole number, not 'many'
          teacher:      | "adapt: maybe\nteacher:" | plan.yaml, line 2: adapt must be true, false, or a number of steps, not "maybe"
          teacher:      | "adapt: 0\nteacher:" | plan.yaml, line 2: adapt must be true, false, or a number of steps between 1 and 100000000, not 0
          teacher:      | "adapt: [true]\nteacher:" | plan.yaml, line 2: adapt must be true, false, or a number of steps, not [true]
          teacher:      | "adapt:\nteacher:" | plan.yaml, line 2: adapt has no value
          teacher:      | "score: kl\nteacher:"  | plan.yaml, line 2: score must be a section with keys of its own, not 'kl'
          teacher:      | "score: {metric: kll}\nteacher:" | plan.yaml, line 2: score.metric is wrong: unknown 'kll'; did you mean 'kl'?
          teacher:      | "score: {metric: [kl]}\nteacher:" | plan.yaml, line 2: score.metric must be a metric, or metrics with weights such as {kl: 1, lm_loss: 0.1}, not ["kl"]
          teacher:      | "score: {metric: {kl: much}}\nteacher:" | plan.yaml, line 2: score.metric is wrong: the weight of kl must be a number, not "much"
          teacher:      | "score: {metric: {kl: 1, lm_loss: -1}}\nteacher:" | plan.yaml, line 2: score.metric is wrong: the weight of lm_loss must be above 0, not -1.0
          teacher:      | "score: {granularity: blocks}\nteacher:" | plan.yaml, line 2: score.granularity is wrong: unknown 'blocks'; did you mean 'block'?
          teacher:      | "score: {effort: races}\nteacher:" | plan.yaml, line 2: score.effort is wrong: unknown 'races'; there are full, racing
          teacher:      | "score: {confidence: 1}\nteacher:" | plan.yaml, line 2: score.confidence must be at least 0.5 and below 1, not 1.0
          schema: 1     | "schema: 1\nschema: 1" | plan.yaml, line 2: not readable as YAML: Duplicate Object property "schema"
          schema: 1     | "schema: 1\nx: !!java.net.URL []" | plan.yaml, line 2: the tag tag:yaml.org,2002:java.net.URL is not allowed in a plan
          schema: 1     | "schema: &a 1\nx: *a" | plan.yaml, line 2: anchors and aliases are not allowed in a plan
          """)
  void aMistakeIsNamedWithItsLineAndWhatWouldBeRight(String right, String wrong, String message) {
    String text = SMALL.replaceFirst(Pattern.quote(right), wrong.replace("\\n", "\n"));

    assertThatThrownBy(() -> read(text))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          ""                    | plan.yaml: the plan is empty
          "- a"                 | plan.yaml: a plan is a mapping of keys to values, such as 'schema: 1'
          "schema: 1"           | plan.yaml, line 1: the key 'teacher' is missing
          "schema: 1\n---\na: b" | plan.yaml, line 3: a plan is one document, and here begins a second
          "schema: [1"          | "plan.yaml, line 1: not readable as YAML: while parsing a flow sequence: expected ',' or ']', but got <stream end>"
          """)
  void textThatIsNoPlanIsRefused(String text, String message) {
    assertThatThrownBy(() -> read(text == null ? "" : text.replace("\\n", "\n")))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(message);
  }

  @Test
  void anAliasBombIsRefusedAtItsFirstAnchor() {
    String bomb =
        """
        a: &a [x, x, x, x]
        b: &b [*a, *a, *a, *a]
        c: &c [*b, *b, *b, *b]
        """;

    assertThatThrownBy(() -> read(bomb))
        .hasMessage("plan.yaml, line 1: anchors and aliases are not allowed in a plan");
  }

  @Test
  void deepNestingIsRefusedInOneLine() {
    assertThatThrownBy(() -> read("schema: " + "[".repeat(5000)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith("plan.yaml")
        .extracting(Throwable::getMessage)
        .asString()
        .doesNotContain("\n");
  }

  @Test
  void filesThatAreMissingOrNoTextAreRefusedByName(@TempDir Path folder) throws IOException {
    Path missing = folder.resolve("missing.yaml");
    assertThatThrownBy(() -> PlanReader.read(missing)).hasMessage(missing + ": no such plan");

    Path binary = Files.write(folder.resolve("binary.yaml"), new byte[] {(byte) 0xff, 0});
    assertThatThrownBy(() -> PlanReader.read(binary)).hasMessage(binary + ": not text in UTF-8");

    Path long0 = folder.resolve("long.yaml");
    Files.write(long0, ("# " + "x".repeat(2 << 20)).getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(() -> PlanReader.read(long0)).hasMessageContaining("too many for a plan");
  }

  @Test
  void sharesOfTheChannelsAreRoundedToTheMultiple() throws IOException {
    Space space =
        new Space(
            List.of(AttentionChoice.parse("gqa_2")),
            List.of(FfnChoice.parse("50%"), FfnChoice.parse("1%"), FfnChoice.parse("100%")),
            16,
            List.of());

    assertThat(space.resolve(TEACHER))
        .isEqualTo(
            SearchSpace.uniform(
                TEACHER,
                List.of(SoftmaxAttention.plain(new AttentionShape(8, 2, 8))),
                List.of(new GatedFfn(96), new GatedFfn(16))));
  }

  private static Space space(String text) throws IOException {
    return read("space: {%s}\n%s".formatted(text, SMALL)).space();
  }

  private static SoftmaxAttention attention(int kvHeads) {
    return SoftmaxAttention.plain(new AttentionShape(8, kvHeads, 8));
  }

  @Test
  void attentionMayHaveFewerHeadsAndAWindowAtOnce() throws IOException {
    assertThat(
            space("attention: [gqa_2, window_16, gqa_2_window_16, linear, noop, teacher], ffn: []")
                .resolve(TEACHER)
                .layer(0)
                .attention())
        .containsExactly(
            attention(4),
            attention(2),
            attention(4).withWindow(16),
            attention(2).withWindow(16),
            new LinearAttention(),
            new NoAttention());
    assertThat(AttentionChoice.parse("gqa_2_window_16")).hasToString("gqa_2_window_16");
    assertThatThrownBy(() -> space("attention: [gqa_3_window_16], ffn: []").resolve(TEACHER))
        .hasMessage("gqa_3_window_16: 3 KV heads do not divide the teacher's 4");
  }

  @Test
  void aSpanOfLayersMayBecomeOneLikeItsLast() throws IOException {
    SearchSpace space = space("attention: [], ffn: [], merge: [0-1]").resolve(TEACHER);

    assertThat(space.wider())
        .containsExactly(new Replacement(new Span(0, 1), List.of(TEACHER.layers().get(1))));
    assertThat(space.replacements())
        .extracting(Replacement::id)
        .containsExactly("L0/gqa_4+ffn_176", "L0-1/gqa_4+ffn_176", "L1/gqa_4+ffn_176");
    assertThatThrownBy(() -> space("attention: [], ffn: [], merge: [1-2]").resolve(TEACHER))
        .hasMessage("merge: 1-2: the teacher's layers are 0 to 1");
  }

  /** Words of one layer may fit no other: what fits none is a mistake. */
  @Test
  void wordsAreOfTheLayersThatTheyFit() throws IOException {
    Model mixed =
        TEACHER.withLayers(
            List.of(
                new Layer(attention(4), new GatedFfn(176)),
                new Layer(attention(2).withWindow(8), new NoFfn())));
    SearchSpace space = space("attention: [gqa_1, window_16], ffn: [ffn_64]").resolve(mixed);

    assertThat(space.layer(0).layers())
        .extracting(Layer::id)
        .containsExactly(
            "gqa_4+ffn_176",
            "gqa_4+ffn_64",
            "gqa_1+ffn_176",
            "gqa_1+ffn_64",
            "gqa_4_window_16+ffn_176",
            "gqa_4_window_16+ffn_64");
    assertThat(space.layer(1).layers())
        .extracting(Layer::id)
        .containsExactly("gqa_2_window_8+noop", "gqa_1_window_8+noop");
    assertThatThrownBy(() -> space("attention: [], ffn: [ffn_200]").resolve(mixed))
        .hasMessage("ffn_200: the teacher has only 176 channels");
  }
}
