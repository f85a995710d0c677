package io.github.puzzle4j.search.api;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.checkpoint.ModelConfigFile;
import io.github.puzzle4j.scoring.cost.CostModel;
import io.github.puzzle4j.scoring.cost.CostReport;
import io.github.puzzle4j.scoring.cost.ModelCost;
import io.github.puzzle4j.scoring.cost.Scenario;
import io.github.puzzle4j.scoring.cost.ServingFormat;
import io.github.puzzle4j.scoring.cost.kernel.MatrixType;
import io.github.puzzle4j.scoring.cost.kernel.NumberFormat;
import io.github.puzzle4j.scoring.cost.target.GpuTargets;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The requests that a model is priced for.
 *
 * @param inputTokens of a prompt
 * @param outputTokens of an answer
 * @param batch requests served together; 0 for the number with the highest throughput that fits
 * @param gpus that share one model: 1, 2, 4 or 8
 * @param engine that serves, such as {@code vllm} or {@code trtllm}
 * @param weights their format, such as {@code fp8}; empty as the checkpoint is stored
 * @param cache format of the KV cache, {@code bf16} or {@code fp8}; empty as the checkpoint says
 */
public record Serving(
    int inputTokens,
    int outputTokens,
    int batch,
    int gpus,
    String engine,
    String weights,
    String cache) {

  /** Requests of this size, as many as give the highest throughput, on one GPU in vLLM. */
  public static Serving of(int inputTokens, int outputTokens) {
    return new Serving(inputTokens, outputTokens, 0, 1, "vllm", "", "");
  }

  /** The same with so many requests at once. */
  public Serving batch(int requests) {
    return new Serving(inputTokens, outputTokens, requests, gpus, engine, weights, cache);
  }

  /** The same on so many GPUs that share the model. */
  public Serving gpus(int count) {
    return new Serving(inputTokens, outputTokens, batch, count, engine, weights, cache);
  }

  /** The same in another engine. */
  public Serving engine(String name) {
    return new Serving(inputTokens, outputTokens, batch, gpus, name, weights, cache);
  }

  /** The same with weights in another format. */
  public Serving weights(String format) {
    return new Serving(inputTokens, outputTokens, batch, gpus, engine, format, cache);
  }

  /** The same with a KV cache in another format. */
  public Serving cache(String format) {
    return new Serving(inputTokens, outputTokens, batch, gpus, engine, weights, format);
  }

  /** What a model costs on each of these GPUs. */
  Table prices(Path model, List<String> targets) throws IOException {
    Model shape = ModelConfigFile.read(model);
    Scenario scenario =
        Scenario.of(inputTokens, outputTokens, Math.max(1, batch))
            .withTensorParallel(gpus)
            .withFormat(format(ServingFormat.of(ModelConfigFile.storedFormat(model))));
    Table table =
        Table.of(
            "gpu",
            "batch",
            "tokens_per_second_per_gpu",
            "ms_per_token",
            "ms_to_first_token",
            "memory_gib",
            "largest_batch",
            "p90_error",
            "note");
    for (String target : targets) {
      CostModel costs = CostModel.of(shape, GpuTargets.load(target), engine);
      Optional<String> objection = costs.objection(shape, scenario);
      table =
          objection.isPresent()
              ? table.with(target, "", "", "", "", "", "", "", objection.get())
              : row(
                  table,
                  target,
                  batch == 0 ? costs.best(shape, scenario) : costs.price(shape, scenario));
    }
    return table;
  }

  private static Table row(Table table, String target, ModelCost cost) {
    CostReport report = CostReport.of(cost);
    return table.with(
        target,
        report.batch(),
        report.throughputTokensPerSecondPerGpu(),
        report.tpotMs(),
        report.ttftMs(),
        report.memoryGib().total(),
        report.maxBatch(),
        report.p90Error(),
        cost.fits() ? "" : "does not fit");
  }

  private ServingFormat format(ServingFormat stored) throws InvalidInputException {
    NumberFormat kept =
        cache.isEmpty()
            ? stored.cache()
            : named(cache, List.of(NumberFormat.BF16, NumberFormat.FP8), NumberFormat::id);
    return weights.isEmpty()
        ? stored.withCache(kept)
        : new ServingFormat(
            named(weights, Arrays.asList(MatrixType.values()), MatrixType::id), kept);
  }

  private static <T> T named(String name, List<T> known, java.util.function.Function<T, String> id)
      throws InvalidInputException {
    return known.stream()
        .filter(one -> id.apply(one).equals(name))
        .findFirst()
        .orElseThrow(() ->
            new InvalidInputException(
                "no format '%s'; there are: %s"
                    .formatted(name, String.join(", ", known.stream().map(id).toList()))));
  }
}
