package io.github.puzzle4j.search.cli.cost;

import io.github.puzzle4j.blocklib.checkpoint.StoredFormat;
import io.github.puzzle4j.scoring.cost.Scenario;
import io.github.puzzle4j.scoring.cost.ServiceLevel;
import io.github.puzzle4j.scoring.cost.ServingFormat;
import io.github.puzzle4j.scoring.cost.kernel.MatrixType;
import io.github.puzzle4j.scoring.cost.kernel.NumberFormat;
import io.github.puzzle4j.search.cli.frame.CliException;
import io.github.puzzle4j.search.cli.frame.Require;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Option;

/** The options of a scenario. */
final class ScenarioOptions {

  private static final double BYTES_PER_GIB = 1L << 30;

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
      split = ",",
      paramLabel = "N",
      description =
          "Concurrent requests; several as 1,8,64 for a table; without it the number with the"
              + " highest throughput.")
  private List<Integer> batches = new ArrayList<>();

  @Option(
      names = "--tp",
      paramLabel = "N",
      defaultValue = "1",
      description = "GPUs that share the model: 1, 2, 4, 8, or 'best'.")
  private String tensorParallel;

  @Option(
      names = "--weights",
      paramLabel = "TYPE",
      converter = FormatConverters.Weights.class,
      description = {
        "bf16, fp8, fp8_static, fp8_block or nvfp4; embedding and LM head stay bf16."
            + " Without it as the checkpoint's quantization_config says, else bf16."
      })
  private @Nullable MatrixType weights;

  @Option(
      names = "--kv",
      paramLabel = "TYPE",
      converter = FormatConverters.Cache.class,
      description = {
        "KV cache: bf16 or fp8. Without it as the checkpoint's quantization_config says, else bf16."
      })
  private @Nullable NumberFormat cache;

  @Option(
      names = "--max-tpot-ms",
      paramLabel = "X",
      description = "Only batches with at most this many milliseconds per output token.")
  private @Nullable Double maxTpotMs;

  @Option(
      names = "--max-ttft-ms",
      paramLabel = "X",
      description = "Only batches with at most this many milliseconds to the first token.")
  private @Nullable Double maxTtftMs;

  @Option(
      names = "--memory-utilisation",
      paramLabel = "U",
      defaultValue = "0.9",
      description = "Share of each GPU's memory that the engine may use.")
  private double memoryUtilisation;

  @Option(
      names = "--reserve-gib",
      paramLabel = "G",
      defaultValue = "1",
      description = "Kept free on each GPU: context, graphs, fragments.")
  private double reserveGib;

  /** Whether the batch is the user's choice. */
  boolean hasBatch() {
    return !batches.isEmpty();
  }

  /** The batches of the user's choice. */
  List<Integer> batches() {
    return batches;
  }

  /** Whether to find the best number of GPUs. */
  boolean searchesTensorParallel() {
    return tensorParallel.equals("best");
  }

  /** The limits on latency. */
  ServiceLevel level() throws CliException {
    return new ServiceLevel(
        seconds("--max-tpot-ms", maxTpotMs), seconds("--max-ttft-ms", maxTtftMs));
  }

  private static double seconds(String option, @Nullable Double milliseconds)
      throws CliException.UserMistake {
    if (milliseconds == null) {
      return Double.POSITIVE_INFINITY;
    }
    if (!(milliseconds > 0)) {
      throw new CliException.UserMistake("%s %s: must be above 0".formatted(option, milliseconds));
    }
    return milliseconds * 1e-3;
  }

  /** What the user chose, else what the checkpoint says. */
  ServingFormat format(StoredFormat stored) {
    ServingFormat own = ServingFormat.of(stored);
    NumberFormat kept = cache == null ? own.cache() : cache;
    return weights == null ? own.withCache(kept) : new ServingFormat(weights, kept);
  }

  /** Where the formats come from, for display, such as {@code , as in quantization_config}. */
  String sourceOfFormat(StoredFormat stored) {
    if (stored.source().isEmpty() || (weights != null && cache != null)) {
      return "";
    }
    String what = weights != null ? "KV cache " : cache != null ? "weights " : "";
    return ", %sas in %s".formatted(what, stored.source());
  }

  /**
   * The scenario in bf16, at the largest batch; with one GPU and batch 1 where these are not given.
   */
  Scenario scenario() throws CliException {
    Require.positive("--isl", inputTokens);
    Require.positive("--osl", outputTokens);
    for (int batch : batches) {
      Require.positive("--batch", batch);
    }
    int requests = batches.stream().mapToInt(batch -> batch).max().orElse(1);
    if (!(memoryUtilisation > 0 && memoryUtilisation <= 1)) {
      throw new CliException.UserMistake(
          "--memory-utilisation %s: must be above 0 and at most 1".formatted(memoryUtilisation));
    }
    if (!(reserveGib >= 0 && reserveGib <= 1e6)) {
      throw new CliException.UserMistake(
          "--reserve-gib %s: must be from 0 to 1000000".formatted(reserveGib));
    }
    try {
      return Scenario.of(inputTokens, outputTokens, requests)
          .withTensorParallel(gpus())
          .withMemory(memoryUtilisation, (long) (reserveGib * BYTES_PER_GIB));
    } catch (IllegalArgumentException tooLarge) {
      throw new CliException.UserMistake(
          "--isl, --osl or --batch: " + String.valueOf(tooLarge.getMessage()));
    }
  }

  private int gpus() throws CliException.UserMistake {
    if (searchesTensorParallel()) {
      return 1;
    }
    return Scenario.TENSOR_PARALLEL.stream()
        .filter(gpus -> tensorParallel.equals(Integer.toString(gpus)))
        .findFirst()
        .orElseThrow(() ->
            new CliException.UserMistake(
                "--tp %s: must be 1, 2, 4, 8 or best".formatted(tensorParallel)));
  }
}
