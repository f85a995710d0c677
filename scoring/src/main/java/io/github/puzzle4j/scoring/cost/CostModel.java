package io.github.puzzle4j.scoring.cost;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.arch.Architecture;
import io.github.puzzle4j.blocklib.arch.AttentionShape;
import io.github.puzzle4j.blocklib.arch.AttentionTraits;
import io.github.puzzle4j.blocklib.arch.BlockVariant;
import io.github.puzzle4j.blocklib.arch.LayerSpaces;
import io.github.puzzle4j.blocklib.arch.ModelConfig;
import io.github.puzzle4j.blocklib.arch.SearchSpace;
import io.github.puzzle4j.blocklib.arch.Subblock;
import io.github.puzzle4j.blocklib.arch.attention.AttentionVariant;
import io.github.puzzle4j.blocklib.arch.ffn.FfnVariant;
import io.github.puzzle4j.scoring.cost.kernel.KernelTimes;
import io.github.puzzle4j.scoring.cost.target.BackendProfile;
import io.github.puzzle4j.scoring.cost.target.GpuTarget;
import io.github.puzzle4j.scoring.cost.target.PredictedKernels;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What the variants of one teacher cost on one GPU, or several that share it, with one serving
 * engine.
 *
 * <p>Additive: attention and FFN make a block, and the blocks in order, after the fixed part, make
 * the model, to the last digit. A solver can therefore treat cost as a sum over layers.
 */
public final class CostModel {

  private final ModelConfig config;
  private final GpuTarget target;
  private final String backend;
  private final BackendProfile profile;
  private final Measurements measured;

  private CostModel(
      ModelConfig config,
      GpuTarget target,
      String backend,
      BackendProfile profile,
      Measurements measured) {
    this.config = config;
    this.target = target;
    this.backend = backend;
    this.profile = profile;
    this.measured = measured;
  }

  /**
   * The model of a teacher's costs.
   *
   * @param backend serving engine, such as {@code vllm}
   * @throws InvalidInputException if the target has no such backend
   */
  public static CostModel of(ModelConfig config, GpuTarget target, String backend)
      throws InvalidInputException {
    return new CostModel(config, target, backend, target.backend(backend), Measurements.NONE);
  }

  /** The same with measurements in the place of predictions, wherever they have the shape. */
  public CostModel with(Measurements measurements) {
    return new CostModel(config, target, backend, profile, measurements);
  }

  /**
   * Why this target, with this engine, says nothing of models in such a scenario, in one line;
   * empty if it does.
   */
  public Optional<String> objection(Architecture architecture, Scenario scenario) {
    return architecture
        .objection(scenario.tensorParallel())
        .or(() -> new Coverage(target, backend, kernels()).objection(config, scenario));
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
    Optional<AttentionShape> cached = variant.cachedHeads(config, scenario.tensorParallel());
    double bytes = scenario.format().cache().bytes();
    long perToken = cached.map(shape -> (long) (2L * shape.kvWidth() * bytes)).orElse(0L);
    int window = variant.window(config);
    long tokens =
        window == AttentionTraits.FULL
            ? scenario.tokensPerRequest()
            : Math.min(window, scenario.tokensPerRequest());
    LayerCost times = measured.over(times(variant, prices, scenario), config, variant, scenario);
    return withBytes(times, variant, scenario, perToken, tokens * perToken);
  }

  private LayerCost ffn(FfnVariant variant, KernelPrices prices, Scenario scenario) {
    LayerCost times = measured.over(times(variant, prices, scenario), config, variant, scenario);
    return withBytes(times, variant, scenario, 0, 0);
  }

  private LayerCost times(Subblock subblock, KernelPrices prices, Scenario scenario) {
    return steps(scenario).times(prices, subblock.operations(config, scenario.tensorParallel()));
  }

  private LayerCost withBytes(
      LayerCost times, Subblock subblock, Scenario scenario, long perToken, long perRequest) {
    int gpus = scenario.tensorParallel();
    return new LayerCost(
        times.prefill(),
        times.decode(),
        times.firstToken(),
        scenario
            .format()
            .weightBytes(
                subblock.matrixParameters(config, gpus), subblock.otherParameters(config, gpus)),
        perToken,
        perRequest);
  }

  private ServingSteps steps(Scenario scenario) {
    return ServingSteps.of(scenario, profile.maxBatchedTokens());
  }

  private KernelPrices prices(Scenario scenario) {
    return new KernelPrices(kernels(), scenario.format(), scenario.tensorParallel());
  }

  private KernelTimes kernels() {
    return measured.kernels().or(new PredictedKernels(target.datasheet(), profile));
  }

  /** The part of the cost that no choice of variants changes. */
  public FixedCost fixed(Scenario scenario) {
    FixedWork work = new FixedWork(config, profile, prices(scenario), steps(scenario));
    return new FixedCost(work.cost(), work.activationBytes(), scenario.reserveBytes());
  }

  /** Memory and requests that each GPU of the target holds in this scenario. */
  public Capacity capacity(Scenario scenario) {
    return new Capacity(
        (long) (target.datasheet().memoryBytes() * scenario.memoryUtilisation()),
        profile.maxSequences());
  }

  /**
   * A whole model at the scenario's batch, whether it fits or not.
   *
   * @param architecture a model made from this teacher
   * @throws IllegalArgumentException if there is an {@link #objection}
   */
  public ModelCost price(Architecture architecture, Scenario scenario) {
    if (!architecture.config().equals(config)) {
      throw new IllegalArgumentException(
          "the architecture's teacher is not the one that is priced here");
    }
    objection(architecture, scenario)
        .ifPresent(objection -> {
          throw new IllegalArgumentException(objection);
        });
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
    return ModelCost.of(
        scenario, capacity(scenario), fixed(scenario), layers, provenance(scenario));
  }

  /** As {@link #best(Architecture, Scenario, ServiceLevel)}, however long requests wait. */
  public ModelCost best(Architecture architecture, Scenario scenario) {
    return best(architecture, scenario, ServiceLevel.NONE);
  }

  /**
   * A whole model at the batch with the highest throughput among powers of two and the largest
   * batch that fits, of those that keep the service level. A model that does not fit at all, or
   * keeps it at no batch, is priced at batch 1.
   *
   * @param scenario its batch does not count
   */
  public ModelCost best(Architecture architecture, Scenario scenario, ServiceLevel level) {
    ModelCost best = price(architecture, scenario.withBatch(1));
    int largest = best.maxBatch();
    Stream<Integer> batches =
        Stream.concat(
            Stream.iterate(2, batch -> batch < largest, batch -> 2 * batch),
            largest > 1 ? Stream.of(largest) : Stream.empty());
    for (int batch : batches.toList()) {
      ModelCost candidate = price(architecture, scenario.withBatch(batch));
      if (level.isKeptBy(candidate)
          && candidate.throughputTokensPerSecond() > best.throughputTokensPerSecond()) {
        best = candidate;
      }
    }
    return best;
  }

  /**
   * Every layer and variant of a search space at the scenario's batch.
   *
   * @throws IllegalArgumentException if the teacher cannot be turned into one of the variants, or
   *     one of them cannot be priced in this scenario
   */
  public CostTable table(SearchSpace space, Scenario scenario) {
    space.requireFits(config);
    return table(space.blocks(), scenario);
  }

  /** What all variants cost that some layer of a teacher may take. */
  public CostTable table(LayerSpaces spaces, Scenario scenario) {
    return table(spaces.blocks(), scenario);
  }

  private CostTable table(List<BlockVariant> variants, Scenario scenario) {
    KernelPrices prices = prices(scenario);
    Map<AttentionVariant, LayerCost> attention = new HashMap<>();
    Map<FfnVariant, LayerCost> ffn = new HashMap<>();
    Map<BlockVariant, LayerCost> blocks = new LinkedHashMap<>();
    for (BlockVariant block : variants) {
      LayerCost ofAttention =
          attention.computeIfAbsent(
              block.attention(), variant -> attention(variant, prices, scenario));
      LayerCost ofFfn = ffn.computeIfAbsent(block.ffn(), variant -> ffn(variant, prices, scenario));
      blocks.put(block, ofAttention.plus(ofFfn));
    }
    return new CostTable(
        target.name(),
        backend,
        scenario,
        config.layers(),
        capacity(scenario),
        fixed(scenario),
        blocks,
        provenance(scenario));
  }

  /**
   * A table for each batch of 1, 2, 4, ... up to the engine's limit, while some choice of variants
   * fits the memory: bytes of KV cache times batch is not linear, so each batch is its own problem.
   *
   * @param scenario its batch does not count
   */
  public List<CostTable> ladder(SearchSpace space, Scenario scenario) {
    space.requireFits(config);
    return ladder(space.blocks(), scenario);
  }

  /** The same for the variants that some layer of a teacher may take. */
  public List<CostTable> ladder(LayerSpaces spaces, Scenario scenario) {
    return ladder(spaces.blocks(), scenario);
  }

  private List<CostTable> ladder(List<BlockVariant> variants, Scenario scenario) {
    return Stream.iterate(1, batch -> batch <= profile.maxSequences(), batch -> 2 * batch)
        .map(batch -> table(variants, scenario.withBatch(batch)))
        .takeWhile(CostTable::fitsSomehow)
        .toList();
  }

  /** Where the numbers come from, kind of kernel by kind. */
  public String provenance(Scenario scenario) {
    return new ProvenanceText(target, backend, profile).of(config, scenario, measured);
  }
}
