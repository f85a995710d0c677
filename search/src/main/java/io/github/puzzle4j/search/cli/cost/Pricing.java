package io.github.puzzle4j.search.cli.cost;

import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.checkpoint.ModelConfigFile;
import io.github.puzzle4j.blocklib.checkpoint.StoredFormat;
import io.github.puzzle4j.scoring.cost.CostModel;
import io.github.puzzle4j.scoring.cost.Measurements;
import io.github.puzzle4j.scoring.cost.ModelCost;
import io.github.puzzle4j.scoring.cost.Scenario;
import io.github.puzzle4j.scoring.cost.ServiceLevel;
import io.github.puzzle4j.scoring.cost.target.GpuTarget;
import io.github.puzzle4j.search.cli.frame.CliException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Prices models at a given or the best batch, on a given or the best number of GPUs.
 *
 * @param asked the scenario; its batch and GPUs are used where the user chose them, its formats
 *     where the checkpoint has none
 */
record Pricing(
    GpuTarget target,
    String backend,
    ScenarioOptions options,
    Measurements measured,
    Scenario asked) {

  /**
   * A model and what it costs.
   *
   * @param batches its cost at each batch of the user's choice, if there are several
   * @param sourceOfFormat where its number formats come from, for display; may be empty
   */
  record Priced(
      Path path, Model model, ModelCost cost, List<ModelCost> batches, String sourceOfFormat) {

    Priced {
      batches = List.copyOf(batches);
    }
  }

  /**
   * Prices a model, in the formats that its checkpoint is stored in unless the user chose others.
   *
   * @throws CliException if the target cannot price the scenario, or if nothing fits
   */
  Priced of(Path model) throws CliException, IOException {
    StoredFormat stored = ModelConfigFile.storedFormat(model);
    Scenario own = asked.withFormat(options.format(stored));
    return new Pricing(target, backend, options, measured, own)
        .priced(model, options.sourceOfFormat(stored));
  }

  private Priced priced(Path model, String sourceOfFormat) throws CliException, IOException {
    Model shape = ModelConfigFile.read(model);
    CostModel costs = CostModel.of(shape, target, backend).with(measured);
    ModelCost cost =
        options.searchesTensorParallel()
            ? bestNumberOfGpus(model, costs, shape, sourceOfFormat)
            : on(asked.tensorParallel(), model, costs, shape, sourceOfFormat);
    if (!cost.fits()) {
      throw new CliException.NothingFits(misfit(model, costs, shape, cost));
    }
    ServiceLevel level = options.level();
    if (!level.isKeptBy(cost)) {
      throw new CliException.NothingFits(late(model, cost));
    }
    List<ModelCost> batches =
        options.batches().size() < 2
            ? List.of()
            : options.batches().stream()
                .map(batch -> costs.price(shape, cost.scenario().withBatch(batch)))
                .toList();
    return new Priced(model, shape, cost, batches, sourceOfFormat);
  }

  private ModelCost on(int gpus, Path model, CostModel costs, Model shape, String sourceOfFormat)
      throws CliException {
    Scenario scenario = asked.withTensorParallel(gpus);
    Optional<String> objection = costs.objection(shape, scenario);
    if (objection.isPresent()) {
      throw new CliException.UserMistake(
          "%s: %s%s".formatted(model, objection.get(), remedy(sourceOfFormat)));
    }
    return price(costs, shape, scenario);
  }

  private static String remedy(String sourceOfFormat) {
    return sourceOfFormat.isEmpty()
        ? ""
        : "; the format is%s: other ones are priced with --weights and --kv"
            .formatted(sourceOfFormat.replaceFirst(",", ""));
  }

  private ModelCost price(CostModel costs, Model shape, Scenario scenario) throws CliException {
    return options.hasBatch()
        ? bestOf(costs, shape, scenario)
        : costs.best(shape, scenario, options.level());
  }

  /** The cost at the batch with the highest throughput that fits; at the smallest if none does. */
  private ModelCost bestOf(CostModel costs, Model shape, Scenario scenario) throws CliException {
    ServiceLevel level = options.level();
    List<ModelCost> all =
        options.batches().stream()
            .sorted()
            .map(batch -> costs.price(shape, scenario.withBatch(batch)))
            .toList();
    return all.stream()
        .filter(ModelCost::fits)
        .filter(level::isKeptBy)
        .max(Comparator.comparingDouble(ModelCost::throughputTokensPerSecond))
        .orElse(all.getFirst());
  }

  /** The cost on the number of GPUs with the highest throughput per GPU within the limits. */
  private ModelCost bestNumberOfGpus(
      Path model, CostModel costs, Model shape, String sourceOfFormat) throws CliException {
    List<ModelCost> possible = new ArrayList<>();
    for (int gpus : Scenario.TENSOR_PARALLEL) {
      Scenario scenario = asked.withTensorParallel(gpus);
      if (costs.objection(shape, scenario).isEmpty()) {
        possible.add(price(costs, shape, scenario));
      }
    }
    if (possible.isEmpty()) {
      return on(1, model, costs, shape, sourceOfFormat);
    }
    ServiceLevel level = options.level();
    return possible.stream()
        .filter(ModelCost::fits)
        .filter(level::isKeptBy)
        .max(Comparator.comparingDouble(ModelCost::throughputTokensPerSecond))
        .orElse(possible.getLast());
  }

  private String late(Path model, ModelCost cost) {
    return String.format(
        Locale.ROOT,
        "%s with %s: %.2f ms per output token, %.1f ms to the first: more than %s",
        model,
        CostCommand.requests(cost.scenario()),
        1e3 * cost.timePerOutputTokenSeconds(),
        1e3 * cost.timeToFirstTokenSeconds(),
        options.hasBatch() ? "asked for at this batch" : "asked for at any batch");
  }

  private String misfit(Path model, CostModel costs, Model shape, ModelCost cost) {
    long usable = costs.capacity(cost.scenario()).usableMemoryBytes();
    long missing = cost.memory().totalBytes() - usable;
    String what = "%s with %s".formatted(model, CostCommand.requests(cost.scenario()));
    String largest =
        cost.maxBatch() == 0
            ? "not even one request fits" + smallestThatFits(costs, shape)
            : "the largest batch that fits is %d".formatted(cost.maxBatch());
    return missing > 0
        ? "%s does not fit %s: needs %s GiB, %s GiB more than the %s GiB usable; %s"
            .formatted(
                what,
                targetText(cost.scenario()),
                CostCommand.gib(cost.memory().totalBytes()),
                CostCommand.gib(missing),
                CostCommand.gib(usable),
                largest)
        : "%s is more than %s runs together; %s".formatted(what, backend, largest);
  }

  private String targetText(Scenario scenario) {
    int gpus = scenario.tensorParallel();
    return gpus == 1 ? target.name() : "each of %d %s".formatted(gpus, target.name());
  }

  private String smallestThatFits(CostModel costs, Model shape) {
    return Scenario.TENSOR_PARALLEL.stream()
        .map(asked::withTensorParallel)
        .filter(scenario -> costs.objection(shape, scenario).isEmpty())
        .filter(scenario -> costs.price(shape, scenario.withBatch(1)).fits())
        .map(scenario -> "; one does on %d GPUs (--tp %1$d)".formatted(scenario.tensorParallel()))
        .findFirst()
        .orElse("");
  }
}
