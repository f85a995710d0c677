package io.github.puzzle4j.scoring.cost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Percentage.withPercentage;

import io.github.puzzle4j.blocklib.arch.Child;
import io.github.puzzle4j.blocklib.arch.GatedFfn;
import io.github.puzzle4j.blocklib.arch.Layer;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.arch.NoAttention;
import io.github.puzzle4j.blocklib.arch.NoFfn;
import io.github.puzzle4j.blocklib.arch.Replacement;
import io.github.puzzle4j.blocklib.arch.SearchSpace;
import io.github.puzzle4j.blocklib.arch.SoftmaxAttention;
import io.github.puzzle4j.blocklib.arch.Span;
import io.github.puzzle4j.scoring.cost.target.GpuTargets;
import java.io.IOException;
import java.util.ArrayList;
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
    Model teacher = Teachers.llama8b();
    CostTable table =
        model(teacher, "h100-sxm")
            .table(
                Children.space(teacher, 8),
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

  @ParameterizedTest
  @MethodSource("seeds")
  void wholeNumbersAreThoseOfTheModelExactly(long seed) throws IOException {
    SplittableRandom random = new SplittableRandom(seed);
    Model teacher = Teachers.llama8b();
    CostTable table =
        model(teacher, "h100-sxm").table(Children.space(teacher, 8), Scenario.of(100, 100, 4));
    List<Layer> layers =
        IntStream.range(0, teacher.layers().size())
            .mapToObj(layer -> {
              List<Layer> options = table.space().layer(layer).layers();
              return options.get(random.nextInt(options.size()));
            })
            .toList();
    Model child = new Model(teacher.common(), layers);
    ModelCost cost = table.total(child);
    long attends = layers.stream().filter(layer -> layer.attention().cache().isPresent()).count();

    assertThat(cost.of(Measure.PARAMETERS)).isEqualTo((double) child.parameters());
    assertThat(cost.of(Measure.WEIGHT_BYTES)).isEqualTo(2.0 * child.parameters());
    assertThat(cost.of(Measure.KV_BYTES_PER_TOKEN)).isEqualTo(2.0 * child.cachedElementsPerToken());
    assertThat(cost.of(Measure.ATTENTION_LAYERS)).isEqualTo((double) attends);
    for (Measure measure : List.of(Measure.PARAMETERS, Measure.ATTENTION_LAYERS)) {
      long exact = (long) cost.of(measure);
      assertThat(keeps(Budget.of(new ServingLimit.Total(measure, exact)), table, cost)).isTrue();
      assertThat(keeps(Budget.of(new ServingLimit.Total(measure, exact - 1)), table, cost))
          .isFalse();
    }
  }

  @Test
  void throughputAndTimePerTokenBoundTheSameSum() throws IOException {
    Model teacher = Teachers.llama8b();
    CostTable table =
        model(teacher, "h100-sxm").table(Children.none(teacher), Scenario.of(1000, 100, 10));
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
    Model teacher = Teachers.llama70b();
    CostTable table =
        model(teacher, "h100-sxm").table(Children.none(teacher), Scenario.of(1000, 100, 1));
    assertThat(new Budget(List.of()).linear(table))
        .singleElement()
        .satisfies(limit -> {
          assertThat(limit.measure()).isEqualTo(Measure.MEMORY_BYTES);
          assertThat(limit.max()).isBetween(60e9, 0.9 * 80 * (1L << 30));
        });
  }

  @Test
  void theLadderEndsWhereNoChoiceFits() throws IOException {
    Model teacher = Teachers.llama70b();
    CostModel model = model(teacher, "h100-sxm");
    Scenario scenario = Scenario.of(4096, 1024, 1);
    assertThat(model.ladder(Children.none(teacher), scenario)).isEmpty();
    SearchSpace keepsAttention =
        SearchSpace.uniform(
            teacher, List.of(Teachers.attention(teacher).withKvHeads(1)), List.of(new NoFfn()));
    List<CostTable> ladder = model.ladder(keepsAttention, scenario);
    assertThat(ladder).extracting(table -> table.scenario().batch()).startsWith(1, 2, 4, 8);
    assertThat(ladder).hasSizeLessThan(11);
  }

  @Test
  void aTableOfADeepModelPricesEachVariantOnceForAllLayers() throws IOException {
    Model teacher = Teachers.llama70b();
    SearchSpace space = Children.space(teacher, 9);
    List<CostTable> ladder =
        model(teacher, "b200-sxm").ladder(space, Scenario.of(2048, 512, 1)).subList(0, 10);
    List<Layer> options = space.layer(0).layers();
    assertThat(options).hasSizeGreaterThanOrEqualTo(60);
    for (CostTable table : ladder) {
      assertThat(table.costs().keySet()).containsExactlyInAnyOrderElementsOf(options);
      for (Layer option : options) {
        assertThat(table.cost(Replacement.of(79, option)))
            .isSameAs(table.cost(Replacement.of(0, option)));
      }
    }
  }

  @Test
  void aVariantOutsideTheTableIsRefusedByName() throws IOException {
    Model teacher = Teachers.small();
    CostTable table =
        model(teacher, "h100-sxm").table(Children.none(teacher), Scenario.of(10, 10, 1));
    Layer outside = new Layer(Teachers.attention(teacher).withKvHeads(2), new NoFfn());
    assertThatThrownBy(() -> table.cost(outside))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("gqa_2+noop");
    assertThatThrownBy(() -> table.cost(Replacement.of(0, outside)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("gqa_2+noop");
    assertThatThrownBy(() -> table.cost(Replacement.of(8, teacher.layers().getFirst())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("L8/gqa_4+ffn_384");
  }

  /** Two layers of the teacher for the price of one: a child of one layer fewer. */
  @Test
  void aReplacementOfSeveralLayersCostsWhatItPutsIn() throws IOException {
    Model teacher = Teachers.small();
    SoftmaxAttention attention = Teachers.attention(teacher);
    Layer merged = new Layer(attention.withKvHeads(2), new GatedFfn(192));
    Layer further = new Layer(new NoAttention(), new GatedFfn(96));
    Replacement one = new Replacement(new Span(1, 2), List.of(merged));
    Replacement two = new Replacement(new Span(3, 5), List.of(merged, further));
    SearchSpace space =
        new SearchSpace(teacher, Children.none(teacher).layers(), List.of(one, two));
    Scenario scenario = Scenario.of(1000, 100, 8);
    CostModel model = model(teacher, "h100-sxm");
    CostTable table = model.table(space, scenario);
    assertThat(table.cost(one)).isEqualTo(model.layer(merged, scenario));
    assertThat(table.cost(two))
        .isEqualTo(model.layer(merged, scenario).plus(model.layer(further, scenario)));

    Layer own = teacher.layers().getFirst();
    Child child =
        new Child(
            teacher,
            List.of(
                Replacement.of(0, own), one, two, Replacement.of(6, own), Replacement.of(7, own)));
    assertThat(child.model().layers()).hasSize(6);
    ModelCost cost = table.total(child.model());
    assertThat(cost).isEqualTo(model.price(child.model(), scenario));
    assertThat(cost.memory().weightBytes()).isEqualTo(2 * child.model().parameters());
    LayerCost sum = table.fixed().layerLike();
    for (Replacement replacement : child.replacements()) {
      sum = sum.plus(table.cost(replacement));
    }
    assertThat(cost.total().weightBytes()).isEqualTo(sum.weightBytes());
    assertThat(cost.total().kvBytesPerRequest()).isEqualTo(sum.kvBytesPerRequest());
    assertThat(cost.total().decodeSeconds()).isCloseTo(sum.decodeSeconds(), withPercentage(1e-10));
  }

  /** The teacher itself fills the GPU; only with the merged layers is there a child that fits. */
  @Test
  void theLadderCountsReplacementsOfSeveralLayersAmongTheSmallestChildren() throws IOException {
    Model teacher = Teachers.llama70b();
    CostModel model = model(teacher, "h100-sxm");
    Scenario scenario = Scenario.of(4096, 1024, 1);
    List<Replacement> wider = new ArrayList<>();
    for (int layer = 0; layer < 80; layer += 4) {
      wider.add(new Replacement(new Span(layer, layer + 3), List.of(teacher.layers().get(layer))));
    }
    SearchSpace merged = new SearchSpace(teacher, Children.none(teacher).layers(), wider);
    assertThat(model.ladder(Children.none(teacher), scenario)).isEmpty();
    assertThat(model.ladder(merged, scenario))
        .extracting(table -> table.scenario().batch())
        .startsWith(1, 2, 4, 8);
  }

  static IntStream seeds() {
    return IntStream.range(0, 100);
  }

  private static CostModel model(Model teacher, String target) throws IOException {
    return CostModel.of(teacher, GpuTargets.load(target), "vllm");
  }

  private static Model choice(CostTable table, SplittableRandom random) {
    List<Layer> options = List.copyOf(table.costs().keySet());
    Model teacher = table.space().teacher();
    return teacher.withLayers(
        teacher.layers().stream().map(own -> options.get(random.nextInt(options.size()))).toList());
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
