package io.github.puzzle4j.scoring.cost;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.puzzle4j.blocklib.arch.Attention;
import io.github.puzzle4j.blocklib.arch.AttentionShape;
import io.github.puzzle4j.blocklib.arch.Layer;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.arch.SearchSpace;
import io.github.puzzle4j.blocklib.arch.SoftmaxAttention;
import io.github.puzzle4j.scoring.cost.kernel.Datasheet;
import io.github.puzzle4j.scoring.cost.kernel.MatrixType;
import io.github.puzzle4j.scoring.cost.kernel.NumberFormat;
import io.github.puzzle4j.scoring.cost.target.GpuTarget;
import io.github.puzzle4j.scoring.cost.target.GpuTargets;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Models that several GPUs share, and models that are held in fewer bits. */
class ServingFormatsTest {

  private static final ServingFormat FP8 = new ServingFormat(MatrixType.FP8, NumberFormat.FP8);

  @ParameterizedTest
  @MethodSource("seeds")
  void layersAndTheFixedPartAddUpInEveryFormatOnAnyNumberOfGpus(long seed) throws IOException {
    SplittableRandom random = new SplittableRandom(seed);
    Model teacher = Teachers.llama8b();
    CostModel model = model(teacher, "b200-sxm");
    for (int gpus : Scenario.TENSOR_PARALLEL) {
      Model child = Children.random(teacher, random);
      for (MatrixType weights : List.of(MatrixType.BF16, MatrixType.FP8, MatrixType.NVFP4)) {
        for (NumberFormat cache : List.of(NumberFormat.BF16, NumberFormat.FP8)) {
          Scenario scenario =
              Scenario.of(
                      1 + random.nextInt(9000), 1 + random.nextInt(900), 1 + random.nextInt(300))
                  .withFormat(new ServingFormat(weights, cache))
                  .withTensorParallel(gpus);
          assertThat(model.price(child, scenario).total())
              .isEqualTo(sum(model, child.layers(), scenario));
        }
      }
    }
  }

  private static LayerCost sum(CostModel model, List<Layer> layers, Scenario scenario) {
    LayerCost sum = model.fixed(scenario).layerLike();
    for (Layer layer : layers) {
      LayerCost attention = model.attention(layer.attention(), scenario);
      sum = sum.plus(attention.plus(model.ffn(layer.ffn(), scenario)));
    }
    return sum;
  }

  @Test
  void theMemoryOfA70bModelInFp8OnTwoGpusIsThatOfAReckoningByHand() throws IOException {
    Model teacher = Teachers.llama70b();
    Scenario scenario = Scenario.of(2048, 512, 10).withFormat(FP8).withTensorParallel(2);
    ModelCost cost = model(teacher, "h100-sxm").price(teacher, scenario);

    long queryAndOutput = 2L * 8192 * 8192;
    long keyAndValue = 2L * 8192 * 1024;
    long ffn = 3L * 8192 * 28_672;
    long matrices = 80 * (queryAndOutput + keyAndValue + ffn) / 2;
    long norms = (80 * 2 + 1) * 8192L * 2;
    long embeddingAndHead = 2L * 128_256 * 8192 * 2 / 2;
    assertThat(cost.memory().weightBytes()).isEqualTo(matrices + norms + embeddingAndHead);

    long keysAndValuesOfAToken = 80L * 2 * (8 / 2) * 128;
    assertThat(cost.total().kvBytesPerToken()).isEqualTo(keysAndValuesOfAToken);
    assertThat(cost.memory().kvCacheBytes()).isEqualTo(10 * (2048 + 512) * keysAndValuesOfAToken);
    assertThat(cost.fits()).isTrue();
  }

  @Test
  void fewerKeyAndValueHeadsTakeLessMemoryAndLetMoreRequestsIn() throws IOException {
    Model teacher = Teachers.llama8b();
    CostModel model = model(teacher, "h100-sxm");
    Scenario scenario = Scenario.of(4096, 1024, 16);
    ModelCost previous = model.price(teacher, scenario);
    for (int kvHeads = 4; kvHeads >= 1; kvHeads /= 2) {
      Layer fewer =
          teacher.layers().getFirst().with(Teachers.attention(teacher).withKvHeads(kvHeads));
      ModelCost cost = model.price(teacher.withLayers(Collections.nCopies(32, fewer)), scenario);
      assertThat(cost.memory().kvCacheBytes()).isEqualTo(previous.memory().kvCacheBytes() / 2);
      assertThat(cost.memory().weightBytes()).isLessThan(previous.memory().weightBytes());
      assertThat(cost.maxBatch()).isGreaterThanOrEqualTo(2 * previous.maxBatch());
      previous = cost;
    }
  }

  @Test
  void aWindowBoundsTheKeysAndValuesThatARequestKeeps() throws IOException {
    Model teacher = Teachers.llama8b();
    CostModel model = model(teacher, "h100-sxm");
    SoftmaxAttention own = Teachers.attention(teacher);
    Attention window = own.withWindow(1024);
    long perToken = 2L * 8 * 128 * 2;
    assertThat(model.attention(window, Scenario.of(8192, 512, 4)).kvBytesPerRequest())
        .isEqualTo(1024 * perToken);
    assertThat(model.attention(window, Scenario.of(500, 100, 4)).kvBytesPerRequest())
        .isEqualTo(600 * perToken);
    assertThat(model.attention(own, Scenario.of(8192, 512, 4)).kvBytesPerRequest())
        .isEqualTo((8192 + 512) * perToken);
  }

  @Test
  void aWindowWithFewerHeadsKeepsBothTheWindowAndTheFewerHeads() throws IOException {
    Model teacher = Teachers.llama8b();
    CostModel model = model(teacher, "h100-sxm");
    SoftmaxAttention own = Teachers.attention(teacher);
    Attention both = own.withKvHeads(2).withWindow(1024);
    Scenario scenario = Scenario.of(8192, 512, 16);
    LayerCost cost = model.attention(both, scenario);
    long perToken = 2L * 2 * 128 * 2;
    assertThat(cost.kvBytesPerToken()).isEqualTo(perToken);
    assertThat(cost.kvBytesPerRequest()).isEqualTo(1024 * perToken);
    assertThat(cost.weightBytes())
        .isEqualTo(model.attention(own.withKvHeads(2), scenario).weightBytes());
    for (Attention one : List.of(own.withKvHeads(2), own.withWindow(1024))) {
      assertThat(cost.decodeSeconds())
          .as(one.id())
          .isLessThan(model.attention(one, scenario).decodeSeconds());
      assertThat(cost.kvBytesPerRequest())
          .as(one.id())
          .isLessThan(model.attention(one, scenario).kvBytesPerRequest());
    }
    SearchSpace space = SearchSpace.uniform(teacher, List.of(both), List.of());
    assertThat(model.table(space, scenario).cost(teacher.layers().getFirst().with(both)))
        .isEqualTo(cost.plus(model.ffn(Teachers.ffn(teacher), scenario)));
  }

  @Test
  void ofManyExpertsAFewRequestsReadOnlyTheirOwn() throws IOException {
    Model teacher = Teachers.qwen30bA3b();
    GpuTarget target = GpuTargets.load("h100-sxm");
    CostModel model = CostModel.of(teacher, target, "vllm");
    LayerCost single = model.ffn(Teachers.ffn(teacher), Scenario.of(1024, 128, 1));
    LayerCost many = model.ffn(Teachers.ffn(teacher), Scenario.of(1024, 128, 256));
    long expert = 3L * 2048 * 768;
    assertThat(single.weightBytes()).isEqualTo(2 * (128 * expert + 128 * 2048 + 2048));
    double readingAll = 2.0 * 128 * expert / target.datasheet().memoryBytesPerSecond();
    assertThat(single.decodeSeconds()).isBetween(readingAll * 8 / 128, readingAll / 2);
    assertThat(many.decodeSeconds()).isGreaterThan(readingAll);
    ModelCost cost = model.best(teacher, Scenario.of(1024, 128, 1));
    assertThat(cost.fits()).isTrue();
    assertThat(cost.memory().weightBytes()).isBetween(60_000_000_000L, 62_000_000_000L);
  }

  @Test
  void eachObjectionIsOneLineThatSaysWhatIsMissing() throws IOException {
    Model teacher = Teachers.llama8b();
    Scenario scenario = Scenario.of(100, 100, 1);
    GpuTarget h100 = GpuTargets.load("h100-sxm");
    assertThat(objection(teacher, h100, scenario)).isEmpty();
    assertThat(objection(teacher, withoutFp8(h100), scenario.withFormat(FP8)))
        .isEqualTo("old does not multiply in fp8; it does in bf16");
    ServingFormat nvfp4 = new ServingFormat(MatrixType.NVFP4, NumberFormat.BF16);
    assertThat(objection(teacher, h100, scenario.withFormat(nvfp4)))
        .startsWith("h100-sxm does not multiply in nvfp4; it does in ");
    Model odd = Teachers.withHeads(new AttentionShape(20, 4, 128));
    assertThat(objection(odd, h100, scenario.withTensorParallel(8)))
        .isEqualTo("layer 0: 20 query heads do not divide among 8 GPUs");
  }

  @Test
  void aLimitOnTheTimePerTokenChoosesASmallerBatch() throws IOException {
    Model teacher = Teachers.llama8b();
    CostModel model = model(teacher, "h100-sxm");
    Scenario scenario = Scenario.of(1024, 256, 1);
    ModelCost free = model.best(teacher, scenario);
    double limit = free.timePerOutputTokenSeconds() / 2;
    ModelCost bounded =
        model.best(teacher, scenario, new ServiceLevel(limit, Double.POSITIVE_INFINITY));
    assertThat(bounded.timePerOutputTokenSeconds()).isLessThanOrEqualTo(limit);
    assertThat(bounded.scenario().batch()).isBetween(2, free.scenario().batch() - 1);
  }

  static IntStream seeds() {
    return IntStream.range(0, 20);
  }

  private static CostModel model(Model teacher, String target) throws IOException {
    return CostModel.of(teacher, GpuTargets.load(target), "vllm");
  }

  private static String objection(Model teacher, GpuTarget target, Scenario scenario)
      throws IOException {
    return CostModel.of(teacher, target, "vllm").objection(teacher, scenario).orElse("");
  }

  private static GpuTarget withoutFp8(GpuTarget target) {
    Datasheet sheet = target.datasheet();
    return new GpuTarget(
        GpuTarget.SCHEMA,
        "old",
        "Old",
        "ampere",
        new Datasheet(
            Map.of(NumberFormat.BF16, 3e14),
            sheet.memoryBytes(),
            sheet.memoryBytesPerSecond(),
            sheet.interconnectBytesPerSecond(),
            sheet.l2Bytes(),
            sheet.multiprocessors(),
            "its maker"),
        target.backends());
  }
}
