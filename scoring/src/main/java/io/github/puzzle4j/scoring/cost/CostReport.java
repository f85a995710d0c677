package io.github.puzzle4j.scoring.cost;

import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.annotation.JsonNaming;

/**
 * A model's cost in the JSON that {@code puzzle4j cost --json} prints.
 *
 * @param throughputTokensPerSecondPerGpu output tokens
 * @param tpotMs milliseconds per output token
 * @param ttftMs milliseconds to the first token
 * @param batch concurrent requests
 * @param maxBatch maximum number of requests that fit
 * @param memoryGib by part
 * @param parameters trainable numbers of the whole model
 * @param weightBytes weights on one GPU
 * @param kvBytesPerToken KV cache of one token on one GPU
 * @param attentionLayers layers with a KV cache
 * @param provenance where the numbers come from
 * @param p90Error relative error of throughput in nine cases of ten
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record CostReport(
    double throughputTokensPerSecondPerGpu,
    double tpotMs,
    double ttftMs,
    int batch,
    int maxBatch,
    MemoryGib memoryGib,
    long parameters,
    long weightBytes,
    long kvBytesPerToken,
    long attentionLayers,
    String provenance,
    double p90Error) {

  private static final double BYTES_PER_GIB = 1L << 30;

  /** Memory by part, in GiB. */
  @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
  public record MemoryGib(
      double weights, double kvCache, double activations, double reserve, double total) {

    static MemoryGib of(MemoryCost memory) {
      return new MemoryGib(
          memory.weightBytes() / BYTES_PER_GIB,
          memory.kvCacheBytes() / BYTES_PER_GIB,
          memory.activationBytes() / BYTES_PER_GIB,
          memory.reserveBytes() / BYTES_PER_GIB,
          memory.totalBytes() / BYTES_PER_GIB);
    }
  }

  /** The report of a priced model. */
  public static CostReport of(ModelCost cost) {
    return new CostReport(
        cost.throughputTokensPerSecond(),
        1e3 * cost.timePerOutputTokenSeconds(),
        1e3 * cost.timeToFirstTokenSeconds(),
        cost.scenario().batch(),
        cost.maxBatch(),
        MemoryGib.of(cost.memory()),
        cost.total().parameters(),
        cost.total().weightBytes(),
        cost.total().kvBytesPerToken(),
        cost.total().attentionLayers(),
        cost.provenance(),
        cost.p90Error());
  }
}
