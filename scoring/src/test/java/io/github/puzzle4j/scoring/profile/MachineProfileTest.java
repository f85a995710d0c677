package io.github.puzzle4j.scoring.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Percentage.withPercentage;

import io.github.puzzle4j.blocklib.Json;
import io.github.puzzle4j.blocklib.arch.AttentionShape;
import io.github.puzzle4j.blocklib.arch.CommonParts;
import io.github.puzzle4j.blocklib.arch.GatedFfn;
import io.github.puzzle4j.blocklib.arch.Layer;
import io.github.puzzle4j.blocklib.arch.LinearAttention;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.arch.Operation;
import io.github.puzzle4j.blocklib.arch.RotaryEmbedding;
import io.github.puzzle4j.blocklib.arch.SoftmaxAttention;
import io.github.puzzle4j.blocklib.arch.SpecialTokens;
import io.github.puzzle4j.blocklib.arch.StoredWeights;
import io.github.puzzle4j.scoring.cost.Scenario;
import io.github.puzzle4j.scoring.cost.kernel.Datasheet;
import io.github.puzzle4j.scoring.cost.kernel.MatrixType;
import io.github.puzzle4j.scoring.cost.kernel.NumberFormat;
import io.github.puzzle4j.scoring.cost.target.GpuTarget;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MachineProfileTest {

  private static final Datasheet DATASHEET =
      new Datasheet(Map.of(NumberFormat.BF16, 1e11), 16L << 30, 2e10, 0, 32L << 20, 2, "made up");

  private static final SoftmaxAttention ATTENTION =
      SoftmaxAttention.plain(new AttentionShape(8, 8, 64));

  private static final Model TEACHER =
      Model.uniform(
          new CommonParts(
              "llama",
              300,
              512,
              new RotaryEmbedding(10_000, new RotaryEmbedding.Scaling.None()),
              1e-5,
              4096,
              false,
              new SpecialTokens(List.of(1), List.of(2)),
              StoredWeights.PLAIN),
          8,
          new Layer(ATTENTION, new GatedFfn(2048)));

  /**
   * A machine whose time is in its work by hand: bytes over a rate, operations over a rate, so much
   * for a launch and a step; and each time is off by a share drawn from the seed.
   */
  private record Machinery(long seed, double noise) implements ProfiledEngine {

    private static final double LAUNCH = 8e-6;
    private static final double STEP = 150e-6;
    private static final double BYTES_PER_SECOND = 12e9;
    private static final double OPERATIONS_PER_SECOND = 60e9;

    @Override
    public String name() {
      return "machinery";
    }

    @Override
    public String version() {
      return "1";
    }

    @Override
    public int maxBatchedTokens() {
      return 4096;
    }

    @Override
    public int maxSequences() {
      return 4;
    }

    @Override
    public String method() {
      return "arithmetic";
    }

    /** Seconds of one output token of a model whose blocks are all alike, by hand. */
    static double tokenSeconds(int layers, int kvHeads, int channels, double context) {
      double hidden = TEACHER.hiddenSize();
      double weights =
          layers * (2 * hidden * hidden + 2 * hidden * 64 * kvHeads + 3 * hidden * channels)
              + hidden * TEACHER.common().vocabularySize();
      double cache = layers * 2 * 2 * context * 64 * kvHeads;
      // Of a layer: seven products, attention, and what is done between them.
      int launches = layers * (7 + 1 + between()) + 3;
      return (2 * weights + cache) / BYTES_PER_SECOND
          + 2 * weights / OPERATIONS_PER_SECOND
          + launches * LAUNCH
          + STEP;
    }

    private static int between() {
      Layer layer = TEACHER.layers().getFirst();
      return (int)
          Stream.of(layer.attention(), layer.ffn())
              .flatMap(half -> half.operations(TEACHER.hiddenSize(), 1).stream())
              .filter(Operation.Elementwise.class::isInstance)
              .count();
    }

    @Override
    public List<Observation> observe(ProfileQuestion question, ProfileWatch watch) {
      SplittableRandom random = new SplittableRandom(seed);
      List<Observation> observations = new ArrayList<>();
      for (int layers : List.of(2, 4)) {
        for (int kvHeads : List.of(8, 4, 1)) {
          for (int channels : List.of(2048, 1024, 512)) {
            for (int context : question.contexts()) {
              Scenario scenario = Scenario.of(context, 2, 1);
              double seconds =
                  tokenSeconds(layers, kvHeads, channels, scenario.meanContextTokens())
                      * (1 + noise * (2 * random.nextDouble() - 1));
              observations.add(
                  Observation.of(
                      layers + " layers",
                      new Work.OfModel(
                          model(layers, kvHeads, channels), scenario, Work.Phase.TOKEN),
                      seconds));
            }
          }
        }
      }
      return observations;
    }
  }

  private static Model model(int layers, int kvHeads, int channels) {
    return Model.uniform(
        TEACHER.common(),
        layers,
        new Layer(ATTENTION.withKvHeads(kvHeads), new GatedFfn(channels)));
  }

  private static MachineProfile profile(Machinery machinery) throws IOException {
    ProfileQuestion question =
        new ProfileQuestion(
            TEACHER,
            List.of(ATTENTION, ATTENTION.withKvHeads(4), new LinearAttention()),
            List.of(new GatedFfn(2048), new GatedFfn(1024), new GatedFfn(512)),
            List.of(64, 2000),
            List.of(1),
            2,
            Duration.ofSeconds(1),
            1 << 20);
    return MachineProfile.measure(
        "made-up",
        new Machine("Made up", "cpu", DATASHEET),
        List.of(machinery),
        question,
        (what, share) -> {});
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void aModelThatWasNotTimedIsPredictedFromThoseThatWere(long seed) throws IOException {
    GpuTarget target = profile(new Machinery(seed, 0.03)).target();
    Work deeper = new Work.OfModel(model(12, 2, 1536), Scenario.of(500, 2, 1), Work.Phase.TOKEN);
    assertThat(deeper.predictedSeconds(target, "machinery"))
        .isCloseTo(Machinery.tokenSeconds(12, 2, 1536, 501), withPercentage(3));
  }

  @Test
  void theErrorInTheFileIsThatOfTheTimings() throws IOException {
    assertThat(p90(new Machinery(1, 0.1)))
        .isGreaterThan(2 * p90(new Machinery(1, 0.01)))
        .isBetween(0.05, 0.15);
  }

  private static double p90(Machinery machinery) throws IOException {
    GpuTarget target = profile(machinery).target();
    return Objects.requireNonNull(target.backend("machinery").gemm().get(MatrixType.BF16))
        .provenance()
        .p90();
  }

  @Test
  void theFileSaysTheSameWhenItIsReadAgain() throws IOException {
    GpuTarget target = profile(new Machinery(1, 0.03)).target();
    String text = Json.mapper().writeValueAsString(target);
    assertThat(text).contains("\"formula\":\"linear\"", "\"kind\":\"measured\"");
    assertThat(Json.parse("file", text.getBytes(StandardCharsets.UTF_8), GpuTarget.class))
        .isEqualTo(target);
  }
}
