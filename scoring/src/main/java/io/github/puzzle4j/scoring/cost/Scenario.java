package io.github.puzzle4j.scoring.cost;

import java.util.List;

/**
 * The requests, formats and memory for which costs are computed.
 *
 * @param inputTokens prompt length of a request
 * @param outputTokens tokens generated for a request
 * @param batch requests served together
 * @param format of weights and KV cache
 * @param tensorParallel GPUs that share one model: 1, 2, 4 or 8
 * @param memoryUtilisation share of each GPU's memory that the engine may use, in (0, 1]
 * @param reserveBytes of each GPU, kept free of weights, KV cache and activations: context, graphs,
 *     fragments
 */
public record Scenario(
    int inputTokens,
    int outputTokens,
    int batch,
    ServingFormat format,
    int tensorParallel,
    double memoryUtilisation,
    long reserveBytes) {

  /** The numbers of GPUs that may share a model. */
  public static final List<Integer> TENSOR_PARALLEL = List.of(1, 2, 4, 8);

  /** Default of the engines. */
  public static final double DEFAULT_MEMORY_UTILISATION = 0.9;

  /** One GiB. */
  public static final long DEFAULT_RESERVE_BYTES = 1L << 30;

  private static final int LONGEST = 1 << 24;

  public Scenario {
    requireBetween("inputTokens", inputTokens, LONGEST);
    requireBetween("outputTokens", outputTokens, LONGEST);
    requireBetween("batch", batch, 1 << 20);
    if (!TENSOR_PARALLEL.contains(tensorParallel)) {
      throw new IllegalArgumentException(
          "tensorParallel=%d must be one of %s".formatted(tensorParallel, TENSOR_PARALLEL));
    }
    if (!(memoryUtilisation > 0 && memoryUtilisation <= 1)) {
      throw new IllegalArgumentException(
          "memoryUtilisation=%s must be in (0, 1]".formatted(memoryUtilisation));
    }
    if (reserveBytes < 0) {
      throw new IllegalArgumentException(
          "reserveBytes=%d must not be negative".formatted(reserveBytes));
    }
  }

  private static void requireBetween(String name, int value, int largest) {
    if (value < 1 || value > largest) {
      throw new IllegalArgumentException(
          "%s=%d must be between 1 and %d".formatted(name, value, largest));
    }
  }

  /** A bf16 scenario on one GPU with the default memory settings. */
  public static Scenario of(int inputTokens, int outputTokens, int batch) {
    return new Scenario(
        inputTokens,
        outputTokens,
        batch,
        ServingFormat.BF16,
        1,
        DEFAULT_MEMORY_UTILISATION,
        DEFAULT_RESERVE_BYTES);
  }

  /** The same scenario with another batch. */
  public Scenario withBatch(int newBatch) {
    return new Scenario(
        inputTokens,
        outputTokens,
        newBatch,
        format,
        tensorParallel,
        memoryUtilisation,
        reserveBytes);
  }

  /** The same scenario with other number formats. */
  public Scenario withFormat(ServingFormat newFormat) {
    return new Scenario(
        inputTokens,
        outputTokens,
        batch,
        newFormat,
        tensorParallel,
        memoryUtilisation,
        reserveBytes);
  }

  /** The same scenario on {@code gpus} GPUs. */
  public Scenario withTensorParallel(int gpus) {
    return new Scenario(
        inputTokens, outputTokens, batch, format, gpus, memoryUtilisation, reserveBytes);
  }

  /** The same scenario with other memory settings. */
  public Scenario withMemory(double utilisation, long newReserveBytes) {
    return new Scenario(
        inputTokens, outputTokens, batch, format, tensorParallel, utilisation, newReserveBytes);
  }

  /** Tokens of a finished request. */
  public long tokensPerRequest() {
    return (long) inputTokens + outputTokens;
  }

  /** Cached tokens that the decode step in the middle of the output attends to. */
  public double meanContextTokens() {
    return inputTokens + outputTokens / 2.0;
  }

  /** Tokens generated for the whole batch. */
  public long outputTokensOfBatch() {
    return (long) batch * outputTokens;
  }
}
