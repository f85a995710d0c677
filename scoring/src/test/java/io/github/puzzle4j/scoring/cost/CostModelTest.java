package io.github.puzzle4j.scoring.cost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.puzzle4j.blocklib.arch.Ffn;
import io.github.puzzle4j.blocklib.arch.GatedFfn;
import io.github.puzzle4j.blocklib.arch.Layer;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.arch.NoAttention;
import io.github.puzzle4j.blocklib.arch.NoFfn;
import io.github.puzzle4j.blocklib.arch.SoftmaxAttention;
import io.github.puzzle4j.scoring.cost.target.GpuTarget;
import io.github.puzzle4j.scoring.cost.target.GpuTargets;
import java.io.IOException;
import java.util.Collections;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class CostModelTest {

  private static final Layer NOTHING = new Layer(new NoAttention(), new NoFfn());

  @ParameterizedTest
  @ValueSource(strings = {"h100-sxm", "b200-sxm"})
  void anEightBillionModelAtBatchOneIsBoundByReadingItsWeights(String name) throws IOException {
    GpuTarget target = GpuTargets.load(name);
    Model teacher = Teachers.llama8b();
    ModelCost cost = model(teacher, name).price(teacher, Scenario.of(1024, 128, 1));
    double reading =
        2.0 * (teacher.parameters() - 128256L * 4096) / target.datasheet().memoryBytesPerSecond();
    assertThat(cost.total().decodeSeconds()).isBetween(reading, 2.5 * reading);
    assertThat(cost.memory().weightBytes()).isEqualTo(16_060_522_496L);
    assertThat(cost.total().kvBytesPerToken()).isEqualTo(131_072);
    assertThat(cost.p90Error()).isBetween(0.1, 0.5);
  }

  @Test
  void aBatchBuysThroughputUntilTheMemoryIsFull() throws IOException {
    Model teacher = Teachers.llama8b();
    CostModel model = model(teacher, "h100-sxm");
    Scenario scenario = Scenario.of(2048, 512, 1);
    ModelCost best = model.best(teacher, scenario);
    assertThat(best.scenario().batch()).isGreaterThan(64);
    assertThat(best.fits()).isTrue();
    assertThat(best.throughputTokensPerSecond())
        .isGreaterThan(10 * model.price(teacher, scenario).throughputTokensPerSecond());
    int full = best.maxBatch();
    long usable = model.capacity(scenario).usableMemoryBytes();
    assertThat(model.price(teacher, scenario.withBatch(full)).memory().totalBytes())
        .isLessThanOrEqualTo(usable);
    assertThat(model.price(teacher, scenario.withBatch(full + 1)).memory().totalBytes())
        .isGreaterThan(usable);
  }

  @Test
  void aModelLargerThanTheMemoryFitsNoBatch() throws IOException {
    Model teacher = Teachers.llama70b();
    ModelCost cost = model(teacher, "h100-sxm").best(teacher, Scenario.of(128, 128, 1));
    assertThat(cost.maxBatch()).isZero();
    assertThat(cost.fits()).isFalse();
    assertThat(cost.scenario().batch()).isEqualTo(1);
  }

  @Test
  void aBlockOfNoOpsCostsNothing() throws IOException {
    assertThat(model(Teachers.llama8b(), "h100-sxm").layer(NOTHING, Scenario.of(512, 512, 32)))
        .isEqualTo(LayerCost.NOTHING);
  }

  @Test
  void theSmallTeacherIsBoundByLaunchesAndStillGainsFromNoOps() throws IOException {
    Model teacher = Teachers.small();
    CostModel model = model(teacher, "h100-sxm");
    Scenario scenario = Scenario.of(128, 128, 64);
    LayerCost own = model.layer(teacher.layers().getFirst(), scenario);
    assertThat(own.decodeSeconds()).isBetween(20e-6, 60e-6);
    LayerCost half = model.ffn(new GatedFfn(192), scenario);
    LayerCost whole = model.ffn(new GatedFfn(384), scenario);
    assertThat(half.decodeSeconds()).isCloseTo(whole.decodeSeconds(), within(2e-6));
    ModelCost nothing = model.price(teacher.withLayers(Collections.nCopies(8, NOTHING)), scenario);
    ModelCost all = model.price(teacher, scenario);
    assertThat(nothing.throughputTokensPerSecond())
        .isGreaterThan(5 * all.throughputTokensPerSecond());
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void layersAndTheFixedPartAddUpToTheModel(long seed) throws IOException {
    SplittableRandom random = new SplittableRandom(seed);
    Model teacher = Teachers.random(random);
    CostModel model = model(teacher, "b200-sxm");
    Scenario scenario = scenario(random);
    Model child = Children.random(teacher, random);
    LayerCost sum = model.fixed(scenario).layerLike();
    for (Layer layer : child.layers()) {
      LayerCost attention = model.attention(layer.attention(), scenario);
      sum = sum.plus(attention.plus(model.ffn(layer.ffn(), scenario)));
    }
    ModelCost cost = model.price(child, scenario);
    assertThat(cost.total()).isEqualTo(sum);
    assertThat(cost.memory().weightBytes()).isEqualTo(2 * child.parameters());
    assertThat(cost.throughputTokensPerSecond()).isFinite().isPositive();
    assertThat(cost.timeToFirstTokenSeconds()).isFinite().isPositive();
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void aNarrowerFfnNeverCostsMore(long seed) throws IOException {
    SplittableRandom random = new SplittableRandom(seed);
    Model teacher = Teachers.random(random);
    int channels = Teachers.ffn(teacher).channelsPerToken();
    for (String target : GpuTargets.names()) {
      CostModel model = model(teacher, target);
      Scenario scenario = scenario(random);
      int narrow = 1 + random.nextInt(channels);
      int wide = narrow + random.nextInt(channels);
      assertNotDearer(model.ffn(new NoFfn(), scenario), model.ffn(new GatedFfn(narrow), scenario));
      assertNotDearer(
          model.ffn(new GatedFfn(narrow), scenario), model.ffn(new GatedFfn(wide), scenario));
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void fewerKeyAndValueHeadsNeverCostMore(long seed) throws IOException {
    SplittableRandom random = new SplittableRandom(seed);
    Model teacher = Teachers.random(random);
    SoftmaxAttention own = Teachers.attention(teacher);
    for (String target : GpuTargets.names()) {
      CostModel model = model(teacher, target);
      Scenario scenario = scenario(random);
      for (int kvHeads = own.heads().kvHeads(); kvHeads > 1; kvHeads /= 2) {
        assertNotDearer(
            model.attention(own.withKvHeads(kvHeads / 2), scenario),
            model.attention(own.withKvHeads(kvHeads), scenario));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void longerOutputsAndLargerBatchesTakeLonger(long seed) throws IOException {
    SplittableRandom random = new SplittableRandom(seed);
    Model teacher = Teachers.random(random);
    CostModel model = model(teacher, "h100-sxm");
    Scenario scenario = scenario(random);
    Scenario more =
        Scenario.of(
            scenario.inputTokens() + random.nextInt(500),
            scenario.outputTokens() + random.nextInt(500),
            scenario.batch() + random.nextInt(50));
    assertThat(model.price(teacher, more).batchTime().seconds())
        .isGreaterThanOrEqualTo(model.price(teacher, scenario).batchTime().seconds() * (1 - 1e-9));
  }

  @Test
  void promptsBeyondOneStepAreReadInChunks() throws IOException {
    CostModel model = model(Teachers.llama8b(), "h100-sxm");
    Ffn ffn = new GatedFfn(14_336);
    double one = model.ffn(ffn, Scenario.of(8192, 16, 1)).prefillSeconds();
    double four = model.ffn(ffn, Scenario.of(8192, 16, 4)).prefillSeconds();
    double long32k = model.ffn(ffn, Scenario.of(4 * 8192, 16, 1)).prefillSeconds();
    assertThat(four).isCloseTo(4 * one, within(1e-12));
    assertThat(long32k).isCloseTo(4 * one, within(1e-12));
  }

  @Test
  void aModelOfAnotherTeacherIsRefused() throws IOException {
    CostModel model = model(Teachers.llama8b(), "h100-sxm");
    Model other = Teachers.small();
    assertThatThrownBy(() -> model.price(other, Scenario.of(1, 1, 1)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  static IntStream seeds() {
    return IntStream.range(0, 200);
  }

  private static CostModel model(Model teacher, String target) throws IOException {
    return CostModel.of(teacher, GpuTargets.load(target), "vllm");
  }

  private static Scenario scenario(SplittableRandom random) {
    return Scenario.of(
        1 + random.nextInt(20_000), 1 + random.nextInt(2000), 1 + random.nextInt(600));
  }

  private static void assertNotDearer(LayerCost cheap, LayerCost dear) {
    double slack = 1 + 1e-9;
    assertThat(cheap.prefillSeconds()).isLessThanOrEqualTo(dear.prefillSeconds() * slack);
    assertThat(cheap.decodeSeconds()).isLessThanOrEqualTo(dear.decodeSeconds() * slack);
    assertThat(cheap.firstToken().seconds())
        .isLessThanOrEqualTo(dear.firstToken().seconds() * slack);
    assertThat(cheap.weightBytes()).isLessThanOrEqualTo(dear.weightBytes());
    assertThat(cheap.kvBytesPerToken()).isLessThanOrEqualTo(dear.kvBytesPerToken());
  }
}
