package io.github.puzzle4j.scoring.cost;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.arch.Attention;
import io.github.puzzle4j.blocklib.arch.Ffn;
import io.github.puzzle4j.blocklib.arch.KvCache;
import io.github.puzzle4j.blocklib.arch.Layer;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.arch.SearchSpace;
import io.github.puzzle4j.blocklib.arch.Subblock;
import io.github.puzzle4j.scoring.cost.kernel.KernelTimes;
import io.github.puzzle4j.scoring.cost.target.BackendProfile;
import io.github.puzzle4j.scoring.cost.target.GpuTarget;
import io.github.puzzle4j.scoring.cost.target.PredictedKernels;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Costs of the layers of one teacher and its children with one serving engine on one GPU, or on
 * several with tensor parallelism.
 *
 * <p>Costs are additive, to the last digit: a block is the sum of attention and FFN, a model the
 * sum of the fixed part and its blocks in order. A solver can therefore treat cost as a sum over
 * layers.
 */
public final class CostModel {

  private final Model teacher;
  private final GpuTarget target;
  private final String backend;
  private final BackendProfile profile;
  private final Measurements measured;

  private CostModel(
      Model teacher,
      GpuTarget target,
      String backend,
      BackendProfile profile,
      Measurements measured) {
    this.teacher = teacher;
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
  public static CostModel of(Model teacher, GpuTarget target, String backend)
      throws InvalidInputException {
    return new CostModel(teacher, target, backend, target.backend(backend), Measurements.NONE);
  }

  /** The same with measurements instead of predictions for shapes that were measured. */
  public CostModel with(Measurements measurements) {
    return new CostModel(teacher, target, backend, profile, measurements);
  }

  /**
   * Why this target and engine cannot price models in this scenario, in one line; empty if they
   * can.
   */
  public Optional<String> objection(Model model, Scenario scenario) {
    return model
        .objection(scenario.tensorParallel())
        .or(() -> new Coverage(target, backend, kernels()).objection(teacher, scenario));
  }

  /** An attention subblock; it costs the same in every layer. */
  public LayerCost attention(Attention attention, Scenario scenario) {
    double plain = scenario.format().plainShare().attention();
    Optional<KvCache> cache =
        attention.cache().map(whole -> whole.onOneOf(scenario.tensorParallel()));
    double bytes = scenario.format().cache().bytes();
    long perToken = cache.map(one -> (long) (one.elementsPerToken() * bytes)).orElse(0L);
    long tokens = cache.map(one -> one.tokens(scenario.tokensPerRequest())).orElse(0L);
    return cost(attention, scenario, plain, perToken, tokens * perToken);
  }

  /** An FFN subblock; it costs the same in every layer. */
  public LayerCost ffn(Ffn ffn, Scenario scenario) {
    return cost(ffn, scenario, scenario.format().plainShare().ffn(), 0, 0);
  }

  /** A layer: its attention, then its FFN. */
  public LayerCost layer(Layer layer, Scenario scenario) {
    return attention(layer.attention(), scenario).plus(ffn(layer.ffn(), scenario));
  }

  private LayerCost cost(
      Subblock subblock, Scenario scenario, double plain, long perToken, long perRequest) {
    int hidden = teacher.hiddenSize();
    int gpus = scenario.tensorParallel();
    LayerCost predicted =
        steps(scenario)
            .times(
                prices(scenario, scenario.format().ofProducts(plain)),
                subblock.operations(hidden, gpus));
    LayerCost times =
        switch (subblock) {
          case Attention attention -> measured.over(predicted, attention, scenario);
          case Ffn ffn -> measured.over(predicted, ffn, scenario);
        };
    return new LayerCost(
        times.prefill(),
        times.decode(),
        times.firstToken(),
        scenario
            .format()
            .weightBytes(
                subblock.matrixParameters(hidden, gpus),
                plain,
                subblock.otherParameters(hidden, gpus)),
        perToken,
        perRequest,
        subblock.parameters(hidden),
        perToken > 0 ? 1 : 0);
  }

  private ServingSteps steps(Scenario scenario) {
    return ServingSteps.of(scenario, profile.maxBatchedTokens());
  }

  private KernelPrices prices(Scenario scenario, ServingFormat format) {
    return new KernelPrices(kernels(), format, scenario.tensorParallel());
  }

  private KernelTimes kernels() {
    return measured.kernels().or(new PredictedKernels(target.datasheet(), profile));
  }

  /** The part of the cost that does not depend on the choice of variants. */
  public FixedCost fixed(Scenario scenario) {
    FixedWork work =
        new FixedWork(teacher, profile, prices(scenario, scenario.format()), steps(scenario));
    return new FixedCost(work.cost(), work.activationBytes(), scenario.reserveBytes());
  }

  /** Capacity of each GPU of the target in this scenario. */
  public Capacity capacity(Scenario scenario) {
    return new Capacity(
        (long) (target.datasheet().memoryBytes() * scenario.memoryUtilisation()),
        profile.maxSequences());
  }

  /**
   * A whole model at the scenario's batch, whether it fits or not.
   *
   * @param model the teacher or one of its children
   * @throws IllegalArgumentException if there is an {@link #objection}
   */
  public ModelCost price(Model model, Scenario scenario) {
    if (!model.common().equals(teacher.common())) {
      throw new IllegalArgumentException(
          "the model does not belong to the teacher of this cost model");
    }
    objection(model, scenario)
        .ifPresent(objection -> {
          throw new IllegalArgumentException(objection);
        });
    return ModelCost.of(
        scenario,
        capacity(scenario),
        fixed(scenario),
        layers(model, scenario),
        provenance(scenario));
  }

  private List<LayerCost> layers(Model model, Scenario scenario) {
    Map<ServingFormat, Map<Layer, LayerCost>> known = new HashMap<>();
    List<LayerCost> costs = new ArrayList<>();
    for (int i = 0; i < model.layers().size(); i++) {
      Scenario own = scenario.withFormat(scenario.format().ofLayer(i));
      Map<Layer, LayerCost> alike =
          known.computeIfAbsent(own.format(), _ -> costs(model.layers(), own));
      costs.add(Objects.requireNonNull(alike.get(model.layers().get(i))));
    }
    return costs;
  }

  /** As {@link #best(Model, Scenario, ServiceLevel)}, without limits on latency. */
  public ModelCost best(Model model, Scenario scenario) {
    return best(model, scenario, ServiceLevel.NONE);
  }

  /**
   * A whole model at the batch with the highest throughput among powers of two and the largest
   * batch that fits, of those that keep the service level. A model that does not fit at all, or
   * keeps it at no batch, is priced at batch 1.
   *
   * @param scenario its batch is ignored
   */
  public ModelCost best(Model model, Scenario scenario, ServiceLevel level) {
    ModelCost best = price(model, scenario.withBatch(1));
    int largest = best.maxBatch();
    Stream<Integer> batches =
        Stream.concat(
            Stream.iterate(2, batch -> batch < largest, batch -> 2 * batch),
            largest > 1 ? Stream.of(largest) : Stream.empty());
    for (int batch : batches.toList()) {
      ModelCost candidate = price(model, scenario.withBatch(batch));
      if (level.isKeptBy(candidate)
          && candidate.throughputTokensPerSecond() > best.throughputTokensPerSecond()) {
        best = candidate;
      }
    }
    return best;
  }

  /**
   * Every replacement of a search space at the scenario's batch.
   *
   * @throws IllegalArgumentException if one of them cannot be priced in this scenario
   */
  public CostTable table(SearchSpace space, Scenario scenario) {
    Set<Layer> layers = new LinkedHashSet<>();
    // Layers that are alike have equal options.
    new LinkedHashSet<>(space.layers()).forEach(options -> layers.addAll(options.layers()));
    space.wider().forEach(replacement -> layers.addAll(replacement.instead()));
    return new CostTable(
        target.name(),
        backend,
        scenario,
        space,
        capacity(scenario),
        fixed(scenario),
        costs(layers, scenario),
        provenance(scenario));
  }

  private Map<Layer, LayerCost> costs(Collection<Layer> layers, Scenario scenario) {
    Map<Attention, LayerCost> attention = new HashMap<>();
    Map<Ffn, LayerCost> ffn = new HashMap<>();
    Map<Layer, LayerCost> costs = new LinkedHashMap<>();
    for (Layer layer : new LinkedHashSet<>(layers)) {
      LayerCost ofAttention =
          attention.computeIfAbsent(layer.attention(), one -> attention(one, scenario));
      LayerCost ofFfn = ffn.computeIfAbsent(layer.ffn(), one -> ffn(one, scenario));
      costs.put(layer, ofAttention.plus(ofFfn));
    }
    return costs;
  }

  /**
   * A table for each batch of 1, 2, 4, ... up to the engine's limit, while some child fits the
   * memory: bytes of KV cache times batch is not linear, so each batch is a separate problem.
   *
   * @param scenario its batch is ignored
   */
  public List<CostTable> ladder(SearchSpace space, Scenario scenario) {
    return Stream.iterate(1, batch -> batch <= profile.maxSequences(), batch -> 2 * batch)
        .map(batch -> table(space, scenario.withBatch(batch)))
        .takeWhile(CostTable::fitsSomehow)
        .toList();
  }

  /** Source of the numbers, for each kind of kernel. */
  public String provenance(Scenario scenario) {
    return new ProvenanceText(target, backend, profile).of(teacher, scenario, measured);
  }
}
