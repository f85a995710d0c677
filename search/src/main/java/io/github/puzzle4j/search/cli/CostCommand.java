package io.github.puzzle4j.search.cli;

import io.github.puzzle4j.blocklib.arch.Architecture;
import io.github.puzzle4j.scoring.cost.CostModel;
import io.github.puzzle4j.scoring.cost.CostReport;
import io.github.puzzle4j.scoring.cost.ModelCost;
import io.github.puzzle4j.scoring.cost.Scenario;
import io.github.puzzle4j.scoring.cost.target.GpuTarget;
import io.github.puzzle4j.scoring.cost.target.GpuTargets;
import io.github.puzzle4j.search.progress.Progress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Option;

/** Prices a whole model on a GPU. */
@Command(
    name = "cost",
    description = "Predict what a model costs to serve on one GPU, weights and KV cache in bf16.",
    showDefaultValues = true)
final class CostCommand extends AnsweringCommand {

  private static final double BYTES_PER_GIB = 1L << 30;

  @Option(
      names = "--model",
      required = true,
      paramLabel = "CONFIG_OR_DIR",
      description = "A config.json or its folder; weights are not needed.")
  @SuppressWarnings("NullAway.Init") // set by picocli before the call
  private Path model;

  @Option(
      names = "--target",
      required = true,
      paramLabel = "GPU",
      description = "A name that 'puzzle4j targets' lists, or a profile's .json file.")
  @SuppressWarnings("NullAway.Init") // set by picocli before the call
  private String targetName;

  @Option(names = "--backend", defaultValue = "vllm", description = "Serving engine.")
  @SuppressWarnings("NullAway.Init") // set by picocli before the call
  private String backend;

  @Option(
      names = "--isl",
      required = true,
      paramLabel = "N",
      description = "Tokens per prompt.",
      showDefaultValue = Visibility.NEVER)
  private int inputTokens;

  @Option(
      names = "--osl",
      required = true,
      paramLabel = "N",
      description = "Tokens per answer.",
      showDefaultValue = Visibility.NEVER)
  private int outputTokens;

  @Option(
      names = "--batch",
      paramLabel = "N",
      description = "Requests together; without it the number with the highest throughput.")
  private @Nullable Integer batch;

  @Override
  Answer answer(Progress progress) throws CliException, IOException {
    Architecture architecture = ModelConfigFile.read(model);
    GpuTarget target = GpuTargets.load(targetName);
    CostModel costs = CostModel.of(architecture.config(), target, backend);
    Scenario scenario = scenario();
    ModelCost cost =
        batch == null ? costs.best(architecture, scenario) : costs.price(architecture, scenario);
    if (!cost.fits()) {
      throw new CliException.NothingFits(misfit(cost, costs, target));
    }
    return Answer.success(
        CostReport.of(cost), text(cost, target, architecture.config().maxPositions()));
  }

  private Scenario scenario() throws CliException {
    Require.positive("--isl", inputTokens);
    Require.positive("--osl", outputTokens);
    int requests = batch == null ? 1 : batch;
    Require.positive("--batch", requests);
    try {
      return Scenario.of(inputTokens, outputTokens, requests);
    } catch (IllegalArgumentException tooLarge) {
      throw new CliException.UserMistake(
          "--isl, --osl or --batch: " + String.valueOf(tooLarge.getMessage()));
    }
  }

  private String misfit(ModelCost cost, CostModel costs, GpuTarget target) {
    long usable = costs.capacity(cost.scenario()).usableMemoryBytes();
    long missing = cost.memory().totalBytes() - usable;
    int requests = cost.scenario().batch();
    String what =
        "%s with %d request%s of %d+%d tokens"
            .formatted(model, requests, requests == 1 ? "" : "s", inputTokens, outputTokens);
    String largest =
        cost.maxBatch() == 0
            ? "not even one request fits"
            : "the largest batch that fits is %d".formatted(cost.maxBatch());
    return missing > 0
        ? "%s does not fit %s: needs %s GiB, %s GiB more than the %s GiB usable; %s"
            .formatted(
                what,
                target.name(),
                gib(cost.memory().totalBytes()),
                gib(missing),
                gib(usable),
                largest)
        : "%s is more than %s runs together; %s".formatted(what, backend, largest);
  }

  private String text(ModelCost cost, GpuTarget target, int maxPositions) {
    String note =
        inputTokens + outputTokens <= maxPositions
            ? ""
            : "%nnote         the model was made for %d positions, fewer than %d + %d"
                .formatted(maxPositions, inputTokens, outputTokens);
    return String.format(
            Locale.ROOT,
            """
            %s on %s (%s), %d tokens in, %d out
            throughput   %,.0f output tokens/s per GPU (within %.0f %% in nine cases of ten)
            per token    %.2f ms, first token %.1f ms
            batch        %d requests, %d fit at most
            memory       %s GiB: weights %s, KV cache %s, activations %s, reserve %s
            provenance   %s\
            """,
            model,
            target.title(),
            backend,
            inputTokens,
            outputTokens,
            cost.throughputTokensPerSecond(),
            100 * cost.p90Error(),
            1e3 * cost.timePerOutputTokenSeconds(),
            1e3 * cost.timeToFirstTokenSeconds(),
            cost.scenario().batch(),
            cost.maxBatch(),
            gib(cost.memory().totalBytes()),
            gib(cost.memory().weightBytes()),
            gib(cost.memory().kvCacheBytes()),
            gib(cost.memory().activationBytes()),
            gib(cost.memory().reserveBytes()),
            cost.provenance())
        + note;
  }

  private static String gib(long bytes) {
    return String.format(Locale.ROOT, "%.2f", bytes / BYTES_PER_GIB);
  }
}
