package io.github.puzzle4j.search.bench.cost;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.arch.AttentionShape;
import io.github.puzzle4j.blocklib.arch.BlockVariant;
import io.github.puzzle4j.blocklib.arch.ModelConfig;
import io.github.puzzle4j.blocklib.arch.RotaryEmbedding;
import io.github.puzzle4j.blocklib.arch.SearchSpace;
import io.github.puzzle4j.blocklib.arch.SpecialTokens;
import io.github.puzzle4j.blocklib.arch.attention.AttentionVariant;
import io.github.puzzle4j.blocklib.arch.ffn.FfnVariant;
import io.github.puzzle4j.scoring.cost.CostModel;
import io.github.puzzle4j.scoring.cost.CostTable;
import io.github.puzzle4j.scoring.cost.Measure;
import io.github.puzzle4j.scoring.cost.Scenario;
import io.github.puzzle4j.scoring.cost.target.GpuTarget;
import java.util.List;
import java.util.stream.IntStream;

/** The prices that a search on a large teacher asks for: every layer and variant at ten batches. */
public final class CostBenchmark {

  /** The shape of Llama 3.1 70B. */
  public static final ModelConfig TEACHER =
      new ModelConfig(
          "llama",
          128_256,
          8192,
          28_672,
          80,
          new AttentionShape(64, 8, 128),
          new RotaryEmbedding(500_000, new RotaryEmbedding.Scaling.None()),
          1e-5,
          131_072,
          false,
          new SpecialTokens(List.of(), List.of()));

  /** 6 attention variants times 10 FFN variants. */
  public static final SearchSpace SPACE =
      new SearchSpace(
          List.of(
              new AttentionVariant.GroupedQuery(4),
              new AttentionVariant.GroupedQuery(2),
              new AttentionVariant.GroupedQuery(1),
              new AttentionVariant.Linear(),
              new AttentionVariant.NoOp()),
          List.of(
              new FfnVariant.Pruned(24_576),
              new FfnVariant.Pruned(20_480),
              new FfnVariant.Pruned(14_336),
              new FfnVariant.Pruned(10_240),
              new FfnVariant.Pruned(7168),
              new FfnVariant.Pruned(5120),
              new FfnVariant.Pruned(2816),
              new FfnVariant.Linear(),
              new FfnVariant.NoOp()));

  /** 1, 2, 4, ... 512 requests together. */
  public static final List<Integer> BATCHES =
      IntStream.range(0, 10).map(i -> 1 << i).boxed().toList();

  /** Prices of one benchmark. */
  public static final int PRICES = TEACHER.layers() * SPACE.blocks().size() * BATCHES.size();

  private static final double SECONDS_PER_NANO = 1e-9;

  private CostBenchmark() {}

  /**
   * Prices everything once, with a cost model that knows nothing yet, and reads every price back.
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
    double seconds = (System.nanoTime() - start) * SECONDS_PER_NANO;
    if (!(sum > 0 && sum < Double.POSITIVE_INFINITY)) {
      throw new IllegalStateException("prices add up to " + sum);
    }
    return seconds;
  }

  private static double sum(CostTable table) {
    double sum = 0;
    List<BlockVariant> variants = table.variants();
    for (int layer = 0; layer < table.layers(); layer++) {
      for (BlockVariant variant : variants) {
        sum += Measure.RUNTIME_SECONDS.of(table.cost(layer, variant), table.scenario());
      }
    }
    return sum;
  }
}
