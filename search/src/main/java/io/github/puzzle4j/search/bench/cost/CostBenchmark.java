package io.github.puzzle4j.search.bench.cost;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.arch.AttentionShape;
import io.github.puzzle4j.blocklib.arch.CommonParts;
import io.github.puzzle4j.blocklib.arch.GatedFfn;
import io.github.puzzle4j.blocklib.arch.Layer;
import io.github.puzzle4j.blocklib.arch.LinearAttention;
import io.github.puzzle4j.blocklib.arch.LinearFfn;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.arch.NoAttention;
import io.github.puzzle4j.blocklib.arch.NoFfn;
import io.github.puzzle4j.blocklib.arch.Replacement;
import io.github.puzzle4j.blocklib.arch.SearchSpace;
import io.github.puzzle4j.blocklib.arch.SoftmaxAttention;
import io.github.puzzle4j.blocklib.arch.SpecialTokens;
import io.github.puzzle4j.scoring.cost.CostModel;
import io.github.puzzle4j.scoring.cost.CostTable;
import io.github.puzzle4j.scoring.cost.Measure;
import io.github.puzzle4j.scoring.cost.Scenario;
import io.github.puzzle4j.scoring.cost.target.GpuTarget;
import io.github.puzzle4j.search.bench.Clock;
import java.util.List;
import java.util.stream.IntStream;

/** Prices every layer and variant of a large teacher at ten batch sizes. */
public final class CostBenchmark {

  /** The shape of Llama 3.1 70B. */
  public static final Model TEACHER =
      Model.uniform(
          CommonParts.llama(128_256, 8192, 500_000, 131_072, false, SpecialTokens.none()),
          80,
          Layer.llama(heads(8), 28_672));

  /** 6 attention variants times 10 FFN variants. */
  public static final SearchSpace SPACE =
      SearchSpace.uniform(
          TEACHER,
          List.of(
              SoftmaxAttention.plain(heads(4)),
              SoftmaxAttention.plain(heads(2)),
              SoftmaxAttention.plain(heads(1)),
              new LinearAttention(),
              new NoAttention()),
          List.of(
              new GatedFfn(24_576),
              new GatedFfn(20_480),
              new GatedFfn(14_336),
              new GatedFfn(10_240),
              new GatedFfn(7168),
              new GatedFfn(5120),
              new GatedFfn(2816),
              new LinearFfn(),
              new NoFfn()));

  /** Variants of each layer. */
  public static final int VARIANTS = SPACE.layer(0).layers().size();

  /** 1, 2, 4, ... 512 concurrent requests. */
  public static final List<Integer> BATCHES =
      IntStream.range(0, 10).map(i -> 1 << i).boxed().toList();

  /** Prices of one benchmark. */
  public static final int PRICES = TEACHER.layers().size() * VARIANTS * BATCHES.size();

  private CostBenchmark() {}

  /**
   * Prices everything once, with a new cost model, and reads every price.
   *
   * @return seconds that it took
   * @throws InvalidInputException if the target has no such backend
   */
  public static double seconds(GpuTarget target, String backend, Scenario scenario)
      throws InvalidInputException {
    long start = System.nanoTime();
    CostModel costs = CostModel.of(TEACHER, target, backend);
    double sum = 0;
    for (int batch : BATCHES) {
      sum += sum(costs.table(SPACE, scenario.withBatch(batch)));
    }
    double seconds = Clock.secondsSince(start);
    if (!(sum > 0 && sum < Double.POSITIVE_INFINITY)) {
      throw new IllegalStateException("prices add up to " + sum);
    }
    return seconds;
  }

  private static double sum(CostTable table) {
    double sum = 0;
    for (Replacement replacement : SPACE.replacements()) {
      sum += Measure.RUNTIME_SECONDS.of(table.cost(replacement), table.scenario());
    }
    return sum;
  }

  private static AttentionShape heads(int kvHeads) {
    return new AttentionShape(64, kvHeads, 128);
  }
}
