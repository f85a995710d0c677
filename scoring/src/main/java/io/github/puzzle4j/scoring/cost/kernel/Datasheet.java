package io.github.puzzle4j.scoring.cost.kernel;

import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.annotation.JsonNaming;

/**
 * What a GPU's maker states.
 *
 * @param bf16FlopsPerSecond dense peak
 * @param memoryBytes nominal capacity
 * @param memoryBytesPerSecond peak bandwidth
 * @param l2Bytes last-level cache
 * @param multiprocessors that run thread blocks
 * @param source the documents
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record Datasheet(
    double bf16FlopsPerSecond,
    long memoryBytes,
    double memoryBytesPerSecond,
    long l2Bytes,
    int multiprocessors,
    String source) {

  public Datasheet {
    Positive.require("bf16_flops_per_second", bf16FlopsPerSecond);
    Positive.require("memory_bytes", (double) memoryBytes);
    Positive.require("memory_bytes_per_second", memoryBytesPerSecond);
    Positive.require("l2_bytes", (double) l2Bytes);
    Positive.require("multiprocessors", multiprocessors);
  }
}
