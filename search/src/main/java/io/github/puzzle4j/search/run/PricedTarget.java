package io.github.puzzle4j.search.run;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.arch.SearchSpace;
import io.github.puzzle4j.blocklib.checkpoint.StoredFormat;
import io.github.puzzle4j.export.ServingEngine;
import io.github.puzzle4j.scoring.cost.CostModel;
import io.github.puzzle4j.scoring.cost.CostTable;
import io.github.puzzle4j.scoring.cost.Scenario;
import io.github.puzzle4j.scoring.cost.ServingFormat;
import io.github.puzzle4j.scoring.cost.kernel.MatrixType;
import io.github.puzzle4j.scoring.cost.kernel.NumberFormat;
import io.github.puzzle4j.scoring.cost.target.GpuTarget;
import io.github.puzzle4j.scoring.cost.target.GpuTargets;
import io.github.puzzle4j.search.plan.BatchSizes;
import io.github.puzzle4j.search.plan.CacheFormat;
import io.github.puzzle4j.search.plan.PlanValueException;
import io.github.puzzle4j.search.plan.Target;
import io.github.puzzle4j.search.plan.WeightsFormat;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * A target of a plan that can price the teacher.
 *
 * @param target from the plan
 * @param engine its serving engine
 * @param costs of the teacher's variants
 * @param scenario at batch 1
 * @param space the plan's replacements without those that do not divide among the target's GPUs
 */
record PricedTarget(
    Target target, ServingEngine engine, CostModel costs, Scenario scenario, SearchSpace space) {

  /** The targets of a plan, in its order. */
  static List<PricedTarget> all(List<Target> targets, SearchSpace space, StoredFormat stored)
      throws IOException {
    List<PricedTarget> priced = new ArrayList<>();
    for (int i = 0; i < targets.size(); i++) {
      priced.add(of("targets[%d]".formatted(i), targets.get(i), space, stored));
    }
    return List.copyOf(priced);
  }

  /**
   * A target.
   *
   * @param key of the target in its plan
   * @param stored how the teacher is stored
   * @throws InvalidInputException if there are no prices, naming the key and valid values
   */
  static PricedTarget of(String key, Target target, SearchSpace space, StoredFormat stored)
      throws IOException {
    Model teacher = space.teacher();
    GpuTarget gpu;
    CostModel costs;
    ServingEngine engine;
    String part = key + ".gpu";
    try {
      gpu = GpuTargets.load(target.gpu());
      part = key + ".backend";
      costs = CostModel.of(teacher, gpu, target.backend());
      engine = ServingEngine.named(target.backend());
    } catch (InvalidInputException unknown) {
      throw new PlanValueException(part, "%s: %s".formatted(key, unknown.getMessage()), unknown);
    }
    Scenario scenario = scenario(target.scenario(), ServingFormat.of(stored));
    Optional<PlanValueException> complaint = new Objection(costs, teacher, scenario).at(key);
    if (complaint.isPresent()) {
      throw new PlanValueException(
          complaint.get().key(),
          complaint.get().getMessage() + otherBackends(gpu, teacher, scenario));
    }
    return new PricedTarget(
        target, engine, costs, scenario, divisible(space, scenario.tensorParallel()));
  }

  /** The end of an error message: the backends that have prices, if any. */
  private static String otherBackends(GpuTarget gpu, Model teacher, Scenario scenario)
      throws InvalidInputException {
    List<String> able = new ArrayList<>();
    for (String backend : gpu.backends().keySet()) {
      CostModel costs = CostModel.of(teacher, gpu, backend);
      if (costs.objection(teacher, scenario).isEmpty()) {
        able.add(backend);
      }
    }
    return able.isEmpty() ? "" : "; there are prices with backend " + String.join(" or ", able);
  }

  private static Scenario scenario(Target.Scenario asked, ServingFormat stored) {
    return Scenario.of(asked.inputTokens(), asked.outputTokens(), 1)
        .withFormat(format(asked, stored))
        .withTensorParallel(asked.tensorParallel())
        .withMemory(asked.memoryUtilisation(), asked.reserve().bytes());
  }

  /** Single layers that the teacher leaves unquantised count as the others: a child may differ. */
  private static ServingFormat format(Target.Scenario asked, ServingFormat stored) {
    NumberFormat cache =
        switch (asked.kvCache()) {
          case CacheFormat.Stored() -> stored.cache();
          case CacheFormat.Exactly(NumberFormat format) -> format;
        };
    return switch (asked.weights()) {
      case WeightsFormat.Stored() -> stored.ofMostLayers().withCache(cache);
      case WeightsFormat.Exactly(MatrixType type) -> new ServingFormat(type, cache);
    };
  }

  private static SearchSpace divisible(SearchSpace space, int gpus) {
    return space.filtered(subblock -> subblock.objection(gpus).isEmpty());
  }

  /** All variants' costs at each batch size to try; at batch 1 if not even one request fits. */
  List<CostTable> tables() {
    return switch (target.scenario().batch()) {
      case BatchSizes.Ladder() -> {
        List<CostTable> ladder = costs.ladder(space, scenario);
        yield ladder.isEmpty() ? List.of(costs.table(space, scenario)) : ladder;
      }
      case BatchSizes.Exactly(List<Integer> sizes) ->
          sizes.stream().map(size -> costs.table(space, scenario.withBatch(size))).toList();
    };
  }

  /** Finds the key of a scenario because of which it has no prices. */
  private record Objection(CostModel costs, Model teacher, Scenario scenario) {

    /** Empty if the scenario has prices. */
    Optional<PlanValueException> at(String key) {
      return costs
          .objection(teacher, scenario)
          .map(why ->
              advice()
                  .map(advice ->
                      complaint(
                          "%s.scenario.%s".formatted(key, advice.key),
                          "%s; right would be %s".formatted(why, advice.right)))
                  .orElseGet(() -> complaint(key + ".backend", why)));
    }

    private static PlanValueException complaint(String key, String what) {
      return new PlanValueException(key, "%s: %s".formatted(key, what));
    }

    private record Advice(String key, String right) {}

    /** A key whose change is sufficient; if there is none, the one to change first. */
    private Optional<Advice> advice() {
      MatrixType weights = scenario.format().weights();
      NumberFormat cache = scenario.format().cache();
      return Stream.of(
              weights(type -> hasPrices(held(type, cache))),
              caches(type -> hasPrices(held(weights, type))),
              gpus(number -> hasPrices(scenario.withTensorParallel(number))),
              gpus(number -> teacher.objection(number).isEmpty()),
              hasPrices(held(weights, NumberFormat.BF16))
                  ? Optional.<Advice>empty()
                  : weights(type -> hasPrices(held(type, NumberFormat.BF16))))
          .flatMap(Optional::stream)
          .findFirst();
    }

    private boolean hasPrices(Scenario other) {
      return costs.objection(teacher, other).isEmpty();
    }

    private Scenario held(MatrixType weights, NumberFormat cache) {
      return scenario.withFormat(new ServingFormat(weights, cache));
    }

    private static Optional<Advice> weights(Predicate<MatrixType> right) {
      return advice("weights", List.of(MatrixType.values()), right, MatrixType::id);
    }

    private static Optional<Advice> caches(Predicate<NumberFormat> right) {
      return advice("kvCache", List.of(NumberFormat.values()), right, NumberFormat::id);
    }

    private Optional<Advice> gpus(Predicate<Integer> right) {
      return right.test(scenario.tensorParallel())
          ? Optional.empty()
          : advice("tensorParallel", Scenario.TENSOR_PARALLEL, right, String::valueOf);
    }

    private static <T> Optional<Advice> advice(
        String key, List<T> values, Predicate<T> right, Function<T, String> name) {
      List<String> names = values.stream().filter(right).map(name).toList();
      return names.isEmpty()
          ? Optional.empty()
          : Optional.of(new Advice(key, String.join(" or ", names)));
    }
  }
}
