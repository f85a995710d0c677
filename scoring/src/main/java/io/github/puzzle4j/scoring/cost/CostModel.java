package io.github.puzzle4j.scoring.cost;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.arch.Architecture;
import io.github.puzzle4j.blocklib.arch.BlockVariant;
import io.github.puzzle4j.blocklib.arch.ModelConfig;
import io.github.puzzle4j.blocklib.arch.SearchSpace;
import io.github.puzzle4j.blocklib.arch.Subblock;
import io.github.puzzle4j.blocklib.arch.attention.AttentionVariant;
import io.github.puzzle4j.blocklib.arch.ffn.FfnVariant;
import io.github.puzzle4j.scoring.cost.target.BackendProfile;
import io.github.puzzle4j.scoring.cost.target.GpuTarget;
import io.github.puzzle4j.scoring.cost.target.PredictedKernels;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * What the variants of one teacher cost on one GPU with one serving engine.
 *
 * <p>Additive: attention and FFN make a block, and the blocks in order, after the fixed part, make
 * the model, to the last digit. A solver can therefore treat cost as a sum over layers.
 */
public final class CostModel {

  private final ModelConfig config;
  private final GpuTarget target;
  private final String backend;
  private final BackendProfile profile;

  private CostModel(ModelConfig config, GpuTarget target, String backend, BackendProfile profile) {
    this.config = config;
    this.target = target;
    this.backend = backend;
    this.profile = profile;
  }

  /**
   * The model of a teacher's costs.
   *
   * @param backend serving engine, such as {@code vllm}
   * @throws InvalidInputException if the target has no such backend
   */
  public static CostModel of(ModelConfig config, GpuTarget target, String backend)
      throws InvalidInputException {
    return new CostModel(config, target, backend, target.backend(backend));
  }

  /** An attention subblock in every layer alike. */
  public LayerCost attention(AttentionVariant variant, Scenario scenario) {
    return attention(variant, prices(scenario), scenario);
  }

  /** An FFN subblock in every layer alike. */
  public LayerCost ffn(FfnVariant variant, Scenario scenario) {
    return ffn(variant, prices(scenario), scenario);
  }

  /** A layer: its attention, then its FFN. */
  public LayerCost block(BlockVariant variant, Scenario scenario) {
    return attention(variant.attention(), scenario).plus(ffn(variant.ffn(), scenario));
  }

  private LayerCost attention(AttentionVariant variant, KernelPrices prices, Scenario scenario) {
    long cached =
        variant
            .cachedHeads(config)
            .map(shape -> 2L * shape.kvWidth() * (long) scenario.format().bytes())
            .orElse(0L);
    return subblock(variant, prices, scenario, cached);
  }

  private LayerCost ffn(FfnVariant variant, KernelPrices prices, Scenario scenario) {
    return subblock(variant, prices, scenario, 0);
  }

  private LayerCost subblock(
      Subblock subblock, KernelPrices prices, Scenario scenario, long kvBytesPerToken) {
    LayerCost times = steps(scenario).times(prices, subblock.operations(config));
    return new LayerCost(
        times.prefill(),
        times.decode(),
        times.firstToken(),
        subblock.parameters(config) * (long) scenario.format().bytes(),
        kvBytesPerToken);
  }

  private ServingSteps steps(Scenario scenario) {
    return ServingSteps.of(scenario, profile.maxBatchedTokens());
  }

  private KernelPrices prices(Scenario scenario) {
    return new KernelPrices(new PredictedKernels(target.datasheet(), profile), scenario.format());
  }

  /** The part of the cost that no choice of variants changes. */
  public FixedCost fixed(Scenario scenario) {
    FixedWork work = new FixedWork(config, profile, prices(scenario), steps(scenario));
    return new FixedCost(
        work.cost(scenario.format()),
        work.activationBytes(scenario.format()),
        scenario.reserveBytes());
  }

  /** Memory and requests that the target holds in this scenario. */
  public Capacity capacity(Scenario scenario) {
    return new Capacity(
        (long) (target.datasheet().memoryBytes() * scenario.memoryUtilisation()),
        profile.maxSequences());
  }

  /**
   * A whole model at the scenario's batch, whether it fits or not.
   *
   * @param architecture a model made from this teacher
   */
  public ModelCost price(Architecture architecture, Scenario scenario) {
    if (!architecture.config().equals(config)) {
      throw new IllegalArgumentException(
          "the architecture's teacher is not the one that is priced here");
    }
    KernelPrices prices = prices(scenario);
    Map<BlockVariant, LayerCost> known = new HashMap<>();
    List<LayerCost> layers = new ArrayList<>();
    for (BlockVariant block : architecture.blocks()) {
      layers.add(
          known.computeIfAbsent(
              block,
              variant ->
                  attention(variant.attention(), prices, scenario)
                      .plus(ffn(variant.ffn(), prices, scenario))));
    }
    return ModelCost.of(scenario, capacity(scenario), fixed(scenario), layers, provenance());
  }

  /**
   * A whole model at the batch with the highest throughput among powers of two and the largest
   * batch that fits. A model that does not fit at all is priced at batch 1.
   *
   * @param scenario its batch does not count
   */
  public ModelCost best(Architecture architecture, Scenario scenario) {
    ModelCost best = price(architecture, scenario.withBatch(1));
    int largest = best.maxBatch();
    Stream<Integer> batches =
        Stream.concat(
            Stream.iterate(2, batch -> batch < largest, batch -> 2 * batch),
            largest > 1 ? Stream.of(largest) : Stream.empty());
    for (int batch : batches.toList()) {
      ModelCost candidate = price(architecture, scenario.withBatch(batch));
      if (candidate.throughputTokensPerSecond() > best.throughputTokensPerSecond()) {
        best = candidate;
      }
    }
    return best;
  }

  /**
   * Every layer and variant of a search space at the scenario's batch.
   *
   * @throws IllegalArgumentException if the teacher cannot be turned into one of the variants
   */
  public CostTable table(SearchSpace space, Scenario scenario) {
    space.requireFits(config);
    KernelPrices prices = prices(scenario);
    Map<AttentionVariant, LayerCost> attention =
        each(space.attention(), variant -> attention(variant, prices, scenario));
    Map<FfnVariant, LayerCost> ffn = each(space.ffn(), variant -> ffn(variant, prices, scenario));
    Map<BlockVariant, LayerCost> blocks = new LinkedHashMap<>();
    attention.forEach((a, attentionCost) ->
        ffn.forEach(
            (f, ffnCost) -> blocks.put(new BlockVariant(a, f), attentionCost.plus(ffnCost))));
    return new CostTable(
        target.name(),
        backend,
        scenario,
        config.layers(),
        capacity(scenario),
        fixed(scenario),
        blocks,
        provenance());
  }

  private static <V> Map<V, LayerCost> each(List<V> variants, Function<V, LayerCost> price) {
    Map<V, LayerCost> costs = new LinkedHashMap<>();
    variants.forEach(variant -> costs.put(variant, price.apply(variant)));
    return costs;
  }

  /**
   * A table for each batch of 1, 2, 4, ... up to the engine's limit, while some choice of variants
   * fits the memory: bytes of KV cache times batch is not linear, so each batch is its own problem.
   *
   * @param scenario its batch does not count
   */
  public List<CostTable> ladder(SearchSpace space, Scenario scenario) {
    return Stream.iterate(1, batch -> batch <= profile.maxSequences(), batch -> 2 * batch)
        .map(batch -> table(space, scenario.withBatch(batch)))
        .takeWhile(CostTable::fitsSomehow)
        .toList();
  }

  /** Where the numbers come from, kind of kernel by kind. */
  public String provenance() {
    return ProvenanceText.of(target, backend, profile);
  }
}
