package io.github.puzzle4j.search.cli.cost;

import io.github.puzzle4j.blocklib.arch.Architecture;
import io.github.puzzle4j.scoring.cost.CostModel;
import io.github.puzzle4j.scoring.cost.Measurements;
import io.github.puzzle4j.scoring.cost.ModelCost;
import io.github.puzzle4j.scoring.cost.Scenario;
import io.github.puzzle4j.scoring.cost.ServiceLevel;
import io.github.puzzle4j.scoring.cost.target.GpuTarget;
import io.github.puzzle4j.search.cli.frame.CliException;
import io.github.puzzle4j.search.cli.model.ModelConfigFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Prices models as a user asked for it: at a batch or the best one, on so many GPUs or the best
 * number.
 *
 * @param asked the scenario; its batch and GPUs count where they are the user's choice
 */
record Pricing(
    GpuTarget target,
    String backend,
    ScenarioOptions options,
    Measurements measured,
    Scenario asked) {

  /** A model and what it costs. */
  record Priced(Path model, Architecture architecture, ModelCost cost) {}

  /**
   * Prices a model.
   *
   * @throws CliException if the target says nothing of such a scenario, or if nothing fits
   */
  Priced of(Path model) throws CliException, IOException {
    Architecture architecture = ModelConfigFile.read(model);
    CostModel costs = CostModel.of(architecture.config(), target, backend).with(measured);
    ModelCost cost =
        options.searchesTensorParallel()
            ? bestNumberOfGpus(model, costs, architecture)
            : on(asked.tensorParallel(), model, costs, architecture);
    if (!cost.fits()) {
      throw new CliException.NothingFits(misfit(model, costs, architecture, cost));
    }
    ServiceLevel level = options.level();
    if (!level.isKeptBy(cost)) {
      throw new CliException.NothingFits(late(model, cost));
    }
    return new Priced(model, architecture, cost);
  }

  private ModelCost on(int gpus, Path model, CostModel costs, Architecture architecture)
      throws CliException {
    Scenario scenario = asked.withTensorParallel(gpus);
    Optional<String> objection = costs.objection(architecture, scenario);
    if (objection.isPresent()) {
      throw new CliException.UserMistake("%s: %s".formatted(model, objection.get()));
    }
    return price(costs, architecture, scenario);
  }

  private ModelCost price(CostModel costs, Architecture architecture, Scenario scenario)
      throws CliException {
    return options.hasBatch()
        ? costs.price(architecture, scenario)
        : costs.best(architecture, scenario, options.level());
  }

  /** Of the numbers that keep the limits the one with the most throughput per GPU. */
  private ModelCost bestNumberOfGpus(Path model, CostModel costs, Architecture architecture)
      throws CliException {
    List<ModelCost> possible = new ArrayList<>();
    for (int gpus : Scenario.TENSOR_PARALLEL) {
      Scenario scenario = asked.withTensorParallel(gpus);
      if (costs.objection(architecture, scenario).isEmpty()) {
        possible.add(price(costs, architecture, scenario));
      }
    }
    if (possible.isEmpty()) {
      return on(1, model, costs, architecture);
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

  private String misfit(Path model, CostModel costs, Architecture architecture, ModelCost cost) {
    long usable = costs.capacity(cost.scenario()).usableMemoryBytes();
    long missing = cost.memory().totalBytes() - usable;
    String what = "%s with %s".formatted(model, CostCommand.requests(cost.scenario()));
    String largest =
        cost.maxBatch() == 0
            ? "not even one request fits" + smallestThatFits(costs, architecture)
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

  private String smallestThatFits(CostModel costs, Architecture architecture) {
    return Scenario.TENSOR_PARALLEL.stream()
        .map(asked::withTensorParallel)
        .filter(scenario -> costs.objection(architecture, scenario).isEmpty())
        .filter(scenario -> costs.price(architecture, scenario.withBatch(1)).fits())
        .map(scenario -> "; one does on %d GPUs (--tp %1$d)".formatted(scenario.tensorParallel()))
        .findFirst()
        .orElse("");
  }
}
