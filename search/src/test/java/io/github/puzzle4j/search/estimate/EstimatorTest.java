package io.github.puzzle4j.search.estimate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.puzzle4j.blocklib.arch.Attention;
import io.github.puzzle4j.blocklib.arch.AttentionShape;
import io.github.puzzle4j.blocklib.arch.CommonParts;
import io.github.puzzle4j.blocklib.arch.Ffn;
import io.github.puzzle4j.blocklib.arch.GatedFfn;
import io.github.puzzle4j.blocklib.arch.Layer;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.arch.NoAttention;
import io.github.puzzle4j.blocklib.arch.NoFfn;
import io.github.puzzle4j.blocklib.arch.SearchSpace;
import io.github.puzzle4j.blocklib.arch.SoftmaxAttention;
import io.github.puzzle4j.blocklib.arch.SpecialTokens;
import io.github.puzzle4j.search.cli.CommandRun;
import io.github.puzzle4j.search.plan.PlanReader;
import io.github.puzzle4j.search.plan.SearchPlan;
import io.github.puzzle4j.search.progress.StageTime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Counts of work, with pieces whose times are whole numbers of seconds. */
class EstimatorTest {

  private static final Layer OWN = Layer.llama(new AttentionShape(8, 4, 8), 176);
  private static final Model TEACHER =
      Model.uniform(CommonParts.llama(100, 64, 10_000, 128, true, SpecialTokens.none()), 2, OWN);
  private static final List<Attention> ATTENTION =
      List.of(SoftmaxAttention.plain(new AttentionShape(8, 2, 8)), new NoAttention());
  private static final List<Ffn> FFN = List.of(new GatedFfn(88));
  private static final SearchSpace SPACE = SearchSpace.uniform(TEACHER, ATTENTION, FFN);

  /**
   * Attention 1 s and FFN 2 s forward, 10 s and 20 s in training, 3 s and 7 s to fit, together 30
   * s; the head 5 s.
   */
  private static final Pieces PIECES =
      new Pieces(32, always(1), always(2), always(10), always(20), always(3), always(7), 30, 5);

  private static final String PLAN =
      """
      schema: 1
      teacher: {path: model}
      data: {sequenceLength: 16, heldOutSequences: 8}
      rank: {sequences: 4}
      distill: {steps: 40, batch: 2}
      score: {sequences: 8}
      targets: [{gpu: h100-sxm, throughput: 1.5x}]
      baselines: [greedy]
      rounds: 0
      adapt: false
      uptrain: {steps: 10, batch: 4}
      """;

  private static Curve always(double seconds) {
    return new Curve(TEACHER.hiddenSize(), 1, 2, seconds, seconds);
  }

  private static Map<String, Double> seconds(String plan) throws IOException {
    return seconds(plan, SPACE);
  }

  private static Map<String, Double> seconds(String plan, SearchSpace space) throws IOException {
    SearchPlan read = PlanReader.parse("plan.yaml", Path.of("/plans"), plan);
    Map<String, Double> seconds = new LinkedHashMap<>();
    for (StageTime stage : Estimator.of(read, space, PIECES, Duration.ZERO).stages()) {
      seconds.put(stage.stage(), stage.duration().toMillis() / 1e3);
    }
    return seconds;
  }

  /** By hand: see the counts in each line. */
  @Test
  void stagesAreNumbersOfBatchesTimesPieces() throws IOException {
    Map<String, Double> seconds = seconds(PLAN);

    assertThat(seconds).containsOnlyKeys("distill", "score", "measure", "uptrain");
    // 44 batches walk and are ranked; one attention and one FFN train 40 steps; 4 batches validate;
    // the attention is fitted once, the FFN twice.
    double layer = 44 * 3 + 44 * 2 + 40 * 10 + 2 * 4 + 3 + 40 * 20 + 2 * 4 * 2 + 2 * 7;
    assertThat(seconds.get("distill")).isEqualTo(2 * layer);
    // Six pairs in each of two layers, those of the first through the second; 4 batches.
    assertThat(seconds.get("score")).isCloseTo(4 * (2 * 16 + 6 * 3 + 12 * 2), within(0.01));
    double child = 2 * (2 / 3.0 + 2);
    // Four models of the target and a baseline on held-out text, two models on validation text.
    assertThat(seconds.get("measure"))
        .isCloseTo(4 * (5 * (child + 2) + 6 + 2) + 4 * (2 * (child + 2) + 6 + 2), within(0.01));
    double training = 30 * child / 3;
    assertThat(seconds.get("uptrain")).isCloseTo(10 * 2 * (6 + training + 5), within(0.01));
  }

  @Test
  void roundsAndFinalistsCountForEachTarget() throws IOException {
    String more =
        PLAN.replace("rounds: 0", "rounds: 2\nchildrenPerRound: 10\nfinalists: 3")
            .replace("adapt: false", "adapt: true");
    Map<String, Double> one = seconds(more);
    Map<String, Double> two =
        seconds(more.replace("targets: [", "targets: [{gpu: b200-sxm, throughput: 2x}, "));

    double child = 2 * (2 / 3.0 + 2);
    assertThat(one.get("rounds"))
        .isCloseTo(4 * (3 * 6 + (3 * 10 + 2) * (0.85 * child + 2)), within(0.01));
    double fits = 2 * (2 * 3 / 3.0 + 7);
    double adapt = 40 * 30 * child / 3 + 2 * 4 * child + fits + 44 * (6 + child) + 4 * (child + 2);
    assertThat(one.get("adapt")).isCloseTo(3 * adapt, within(0.01));
    assertThat(seconds(more.replace("adapt: true", "adapt: 50")).get("adapt"))
        .isCloseTo(3 * (adapt + 10 * 30 * child / 3), within(0.01));
    for (String stage : List.of("rounds", "adapt", "uptrain")) {
      assertThat(two.get(stage)).isCloseTo(2 * one.getOrDefault(stage, Double.NaN), within(0.01));
    }
    assertThat(two.get("distill")).isEqualTo(one.get("distill"));
  }

  @Test
  void racesAndHalvesTakeLess() throws IOException {
    Map<String, Double> all = seconds(PLAN);
    for (String score : List.of("effort: racing", "granularity: auto", "granularity: subblock")) {
      String cheaper = PLAN.replace("score: {", "score: {" + score + ", ");
      assertThat(seconds(cheaper).get("score")).isLessThan(all.get("score"));
    }
    String coupled = PLAN.replace("distill: {", "distill: {pairing: coupled, ");
    assertThat(seconds(coupled).get("distill"))
        .isGreaterThan(1.5 * all.getOrDefault("distill", Double.NaN));
  }

  /** Two widths are trained in one training; what is left out is not trained at all. */
  @Test
  void onlyWhatSharesWeightsIsTrainedTogether() throws IOException {
    List<Ffn> ffn = List.of(new GatedFfn(88), new GatedFfn(44), new NoFfn());
    SearchSpace space = SearchSpace.uniform(TEACHER, ATTENTION, ffn);
    String plan = PLAN.replace("distill: {", "distill: {form: elastic, ");
    double layer = 44 * 3 + 44 * 2 + 40 * 10 + 2 * 4 + 3 + 40 * 20 + 2 * 4 * 2 * 2;
    assertThat(seconds(plan, space).get("distill")).isEqualTo(2 * layer);
  }

  @Test
  void timesLieBetweenThoseThatWereMeasured() {
    List<Ffn> widths = List.of(new GatedFfn(176), new GatedFfn(16), new GatedFfn(96));
    Curve curve = Curve.of(64, widths, ffn -> ffn.channelsPerToken() / 16.0);

    assertThat(curve.seconds(new GatedFfn(16))).isEqualTo(1);
    assertThat(curve.seconds(new GatedFfn(176))).isEqualTo(11);
    assertThat(curve.seconds(new GatedFfn(96))).isCloseTo(6, within(1e-9));
    assertThat(curve.seconds(new NoAttention())).isZero();
  }

  @Test
  void theCommandMeasuresTheTeachersShapeUnlessItIsTold(@TempDir Path folder) throws IOException {
    Path plan =
        Files.writeString(
            folder.resolve("plan.yaml"),
            PLAN.replace(
                "path: model",
                "path: " + Path.of("..", "examples", "tiny-teacher").toAbsolutePath()));

    JsonNode estimate = CommandRun.of("plan", "--json", plan).json().at("/estimate");
    assertThat(estimate.at("/seconds").propertyNames())
        .containsExactlyInAnyOrder("distill", "score", "measure", "uptrain");
    assertThat(estimate.at("/total_seconds").asDouble()).isPositive();
    assertThat(estimate.at("/memory_bytes/repair").asLong()).isPositive();
    assertThat(estimate.at("/disk_bytes/children").asLong()).isPositive();
    assertThat(CommandRun.of("plan", plan).out()).contains("#   distill ", "# On disk: ");
    assertThat(CommandRun.of("plan", "--no-estimate", plan).out())
        .contains("# distill")
        .doesNotContain("# On disk");
  }
}
