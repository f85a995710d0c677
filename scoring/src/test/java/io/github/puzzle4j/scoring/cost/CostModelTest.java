package io.github.puzzle4j.scoring.cost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.puzzle4j.blocklib.arch.Architecture;
import io.github.puzzle4j.blocklib.arch.BlockVariant;
import io.github.puzzle4j.blocklib.arch.ModelConfig;
import io.github.puzzle4j.blocklib.arch.attention.AttentionVariant;
import io.github.puzzle4j.blocklib.arch.ffn.FfnVariant;
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

  private static final BlockVariant NOTHING =
      new BlockVariant(new AttentionVariant.NoOp(), new FfnVariant.NoOp());

  @ParameterizedTest
  @ValueSource(strings = {"h100-sxm", "b200-sxm"})
  void anEightBillionModelAtBatchOneIsBoundByReadingItsWeights(String name) throws IOException {
    GpuTarget target = GpuTargets.load(name);
    ModelConfig config = Teachers.llama8b();
    ModelCost cost =
        model(config, name).price(Architecture.teacher(config), Scenario.of(1024, 128, 1));
    double reading =
        2.0
            * (Architecture.teacher(config).parameters() - 128256L * 4096)
            / target.datasheet().memoryBytesPerSecond();
    assertThat(cost.total().decodeSeconds()).isBetween(reading, 2.5 * reading);
    assertThat(cost.memory().weightBytes()).isEqualTo(16_060_522_496L);
    assertThat(cost.total().kvBytesPerToken()).isEqualTo(131_072);
    assertThat(cost.p90Error()).isBetween(0.1, 0.5);
  }

  @Test
  void aBatchBuysThroughputUntilTheMemoryIsFull() throws IOException {
    ModelConfig config = Teachers.llama8b();
    CostModel model = model(config, "h100-sxm");
    Architecture teacher = Architecture.teacher(config);
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
    ModelConfig config = Teachers.llama70b();
    ModelCost cost =
        model(config, "h100-sxm").best(Architecture.teacher(config), Scenario.of(128, 128, 1));
    assertThat(cost.maxBatch()).isZero();
    assertThat(cost.fits()).isFalse();
    assertThat(cost.scenario().batch()).isEqualTo(1);
  }

  @Test
  void aBlockOfNoOpsCostsNothing() throws IOException {
    assertThat(model(Teachers.llama8b(), "h100-sxm").block(NOTHING, Scenario.of(512, 512, 32)))
        .isEqualTo(LayerCost.NOTHING);
  }

  @Test
  void theSmallTeacherIsBoundByLaunchesAndStillGainsFromNoOps() throws IOException {
    ModelConfig config = Teachers.small();
    CostModel model = model(config, "h100-sxm");
    Scenario scenario = Scenario.of(128, 128, 64);
    LayerCost teacher = model.block(BlockVariant.teacher(), scenario);
    assertThat(teacher.decodeSeconds()).isBetween(20e-6, 60e-6);
    LayerCost half = model.ffn(new FfnVariant.Pruned(192), scenario);
    LayerCost whole = model.ffn(new FfnVariant.Teacher(), scenario);
    assertThat(half.decodeSeconds()).isCloseTo(whole.decodeSeconds(), within(2e-6));
    ModelCost nothing =
        model.price(
            new Architecture(config, Collections.nCopies(config.layers(), NOTHING)), scenario);
    ModelCost all = model.price(Architecture.teacher(config), scenario);
    assertThat(nothing.throughputTokensPerSecond())
        .isGreaterThan(5 * all.throughputTokensPerSecond());
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void layersAndTheFixedPartAddUpToTheModel(long seed) throws IOException {
    SplittableRandom random = new SplittableRandom(seed);
    ModelConfig config = Teachers.random(random);
    CostModel model = model(config, "b200-sxm");
    Scenario scenario = scenario(random);
    Architecture child =
        new Architecture(
            config,
            IntStream.range(0, config.layers())
                .mapToObj(layer -> Children.block(config, random))
                .toList());
    LayerCost sum = model.fixed(scenario).layerLike();
    for (BlockVariant block : child.blocks()) {
      LayerCost attention = model.attention(block.attention(), scenario);
      sum = sum.plus(attention.plus(model.ffn(block.ffn(), scenario)));
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
    ModelConfig config = Teachers.random(random);
    for (String target : GpuTargets.names()) {
      CostModel model = model(config, target);
      Scenario scenario = scenario(random);
      int narrow = 1 + random.nextInt(config.intermediateSize());
      int wide = narrow + random.nextInt(config.intermediateSize());
      assertNotDearer(
          model.ffn(new FfnVariant.NoOp(), scenario),
          model.ffn(new FfnVariant.Pruned(narrow), scenario));
      assertNotDearer(
          model.ffn(new FfnVariant.Pruned(narrow), scenario),
          model.ffn(new FfnVariant.Pruned(wide), scenario));
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void fewerKeyAndValueHeadsNeverCostMore(long seed) throws IOException {
    SplittableRandom random = new SplittableRandom(seed);
    ModelConfig config = Teachers.random(random);
    for (String target : GpuTargets.names()) {
      CostModel model = model(config, target);
      Scenario scenario = scenario(random);
      for (int kvHeads = config.attention().kvHeads(); kvHeads > 1; kvHeads /= 2) {
        assertNotDearer(
            model.attention(new AttentionVariant.GroupedQuery(kvHeads / 2), scenario),
            model.attention(new AttentionVariant.GroupedQuery(kvHeads), scenario));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void longerOutputsAndLargerBatchesTakeLonger(long seed) throws IOException {
    SplittableRandom random = new SplittableRandom(seed);
    ModelConfig config = Teachers.random(random);
    CostModel model = model(config, "h100-sxm");
    Scenario scenario = scenario(random);
    Scenario more =
        Scenario.of(
            scenario.inputTokens() + random.nextInt(500),
            scenario.outputTokens() + random.nextInt(500),
            scenario.batch() + random.nextInt(50));
    Architecture teacher = Architecture.teacher(config);
    assertThat(model.price(teacher, more).batchTime().seconds())
        .isGreaterThanOrEqualTo(model.price(teacher, scenario).batchTime().seconds() * (1 - 1e-9));
  }

  @Test
  void promptsBeyondOneStepAreReadInChunks() throws IOException {
    CostModel model = model(Teachers.llama8b(), "h100-sxm");
    FfnVariant ffn = new FfnVariant.Teacher();
    double one = model.ffn(ffn, Scenario.of(8192, 16, 1)).prefillSeconds();
    double four = model.ffn(ffn, Scenario.of(8192, 16, 4)).prefillSeconds();
    double long32k = model.ffn(ffn, Scenario.of(4 * 8192, 16, 1)).prefillSeconds();
    assertThat(four).isCloseTo(4 * one, within(1e-12));
    assertThat(long32k).isCloseTo(4 * one, within(1e-12));
  }

  @Test
  void anArchitectureOfAnotherTeacherIsRefused() throws IOException {
    CostModel model = model(Teachers.llama8b(), "h100-sxm");
    Architecture other = Architecture.teacher(Teachers.small());
    assertThatThrownBy(() -> model.price(other, Scenario.of(1, 1, 1)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  static IntStream seeds() {
    return IntStream.range(0, 200);
  }

  private static CostModel model(ModelConfig config, String target) throws IOException {
    return CostModel.of(config, GpuTargets.load(target), "vllm");
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
