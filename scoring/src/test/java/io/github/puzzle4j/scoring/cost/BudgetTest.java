package io.github.puzzle4j.scoring.cost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.puzzle4j.blocklib.arch.BlockVariant;
import io.github.puzzle4j.blocklib.arch.ModelConfig;
import io.github.puzzle4j.blocklib.arch.SearchSpace;
import io.github.puzzle4j.blocklib.arch.attention.AttentionVariant;
import io.github.puzzle4j.blocklib.arch.ffn.FfnVariant;
import io.github.puzzle4j.scoring.cost.target.GpuTargets;
import java.io.IOException;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BudgetTest {

  @ParameterizedTest
  @MethodSource("seeds")
  void aChoiceKeepsTheSumsExactlyWhenTheModelKeepsTheTargets(long seed) throws IOException {
    SplittableRandom random = new SplittableRandom(seed);
    ModelConfig config = Teachers.llama8b();
    CostTable table =
        model(config, "h100-sxm")
            .table(
                Children.space(config, 8),
                Scenario.of(
                    1 + random.nextInt(4000), 1 + random.nextInt(1000), 1 + random.nextInt(300)));
    ModelCost aim = table.total(choice(table, random));
    ModelCost model = table.total(choice(table, random));
    Budget budget =
        Budget.of(
            new ServingLimit.Throughput(aim.throughputTokensPerSecond()),
            new ServingLimit.TimeToFirstToken(aim.timeToFirstTokenSeconds()),
            new ServingLimit.Memory(aim.memory().totalBytes()));
    boolean keepsTargets =
        model.throughputTokensPerSecond() >= aim.throughputTokensPerSecond()
            && model.timeToFirstTokenSeconds() <= aim.timeToFirstTokenSeconds()
            && model.memory().totalBytes() <= aim.memory().totalBytes()
            && model.fits();
    assertThat(keeps(budget, table, model)).isEqualTo(keepsTargets);
  }

  @Test
  void throughputAndTimePerTokenBoundTheSameSum() throws IOException {
    CostTable table =
        model(Teachers.llama8b(), "h100-sxm")
            .table(new SearchSpace(List.of(), List.of()), Scenario.of(1000, 100, 10));
    double slow = limit(new ServingLimit.Throughput(500), table);
    double fast = limit(new ServingLimit.Throughput(1000), table);
    assertThat(limit(new ServingLimit.TimePerOutputToken(0.01), table)).isEqualTo(fast);
    assertThat(fast).isLessThan(slow);
    assertThat(
            Budget.of(new ServingLimit.Throughput(500), new ServingLimit.TimePerOutputToken(0.01))
                .linear(table))
        .filteredOn(limit -> limit.measure() == Measure.RUNTIME_SECONDS)
        .extracting(LinearLimit::max)
        .containsExactly(fast);
  }

  @Test
  void aBudgetWithoutLimitsStillHasTheMemoryOfTheGpu() throws IOException {
    CostTable table =
        model(Teachers.llama70b(), "h100-sxm")
            .table(new SearchSpace(List.of(), List.of()), Scenario.of(1000, 100, 1));
    assertThat(new Budget(List.of()).linear(table))
        .singleElement()
        .satisfies(limit -> {
          assertThat(limit.measure()).isEqualTo(Measure.MEMORY_BYTES);
          assertThat(limit.max()).isBetween(60e9, 0.9 * 80 * (1L << 30));
        });
  }

  @Test
  void theLadderEndsWhereNoChoiceFits() throws IOException {
    ModelConfig config = Teachers.llama70b();
    CostModel model = model(config, "h100-sxm");
    Scenario scenario = Scenario.of(4096, 1024, 1);
    assertThat(model.ladder(new SearchSpace(List.of(), List.of()), scenario)).isEmpty();
    SearchSpace keepsAttention =
        new SearchSpace(
            List.of(new AttentionVariant.GroupedQuery(1)), List.of(new FfnVariant.NoOp()));
    List<CostTable> ladder = model.ladder(keepsAttention, scenario);
    assertThat(ladder).extracting(table -> table.scenario().batch()).startsWith(1, 2, 4, 8);
    assertThat(ladder).hasSizeLessThan(11);
  }

  @Test
  void aTableOfADeepModelPricesEachVariantOnceForAllLayers() throws IOException {
    ModelConfig config = Teachers.llama70b();
    SearchSpace space = Children.space(config, 9);
    List<CostTable> ladder =
        model(config, "b200-sxm").ladder(space, Scenario.of(2048, 512, 1)).subList(0, 10);
    assertThat(space.blocks()).hasSizeGreaterThanOrEqualTo(60);
    for (CostTable table : ladder) {
      assertThat(table.variants()).containsExactlyInAnyOrderElementsOf(space.blocks());
      for (BlockVariant variant : table.variants()) {
        assertThat(table.cost(79, variant)).isSameAs(table.cost(0, variant));
      }
    }
  }

  @Test
  void aVariantOutsideTheTableIsRefusedByName() throws IOException {
    CostTable table =
        model(Teachers.small(), "h100-sxm")
            .table(new SearchSpace(List.of(), List.of()), Scenario.of(10, 10, 1));
    BlockVariant outside = BlockVariant.parse("gqa_2+noop");
    assertThatThrownBy(() -> table.cost(0, outside))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("gqa_2+noop");
    assertThatThrownBy(() -> table.cost(8, BlockVariant.teacher()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("layer=8");
  }

  static IntStream seeds() {
    return IntStream.range(0, 100);
  }

  private static CostModel model(ModelConfig config, String target) throws IOException {
    return CostModel.of(config, GpuTargets.load(target), "vllm");
  }

  private static List<BlockVariant> choice(CostTable table, SplittableRandom random) {
    List<BlockVariant> variants = table.variants();
    return IntStream.range(0, table.layers())
        .mapToObj(layer -> variants.get(random.nextInt(variants.size())))
        .toList();
  }

  private static double limit(ServingLimit limit, CostTable table) {
    return Budget.of(limit).linear(table).stream()
        .filter(linear -> linear.measure() == Measure.RUNTIME_SECONDS)
        .findFirst()
        .orElseThrow()
        .max();
  }

  private static boolean keeps(Budget budget, CostTable table, ModelCost model) {
    return budget.linear(table).stream()
        .allMatch(limit ->
            model.layers().stream()
                    .mapToDouble(layer -> limit.measure().of(layer, table.scenario()))
                    .sum()
                <= limit.max());
  }
}
