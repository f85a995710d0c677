package io.github.puzzle4j.scoring.cost.kernel;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.annotation.JsonNaming;

/**
 * Data of a GPU from its maker.
 *
 * @param peakFlopsPerSecond dense peak by format of the operands
 * @param memoryBytes nominal capacity
 * @param memoryBytesPerSecond peak bandwidth
 * @param interconnectBytesPerSecond bandwidth to the other GPUs, sum of both directions; 0 without
 *     a link
 * @param l2Bytes size of the last-level cache
 * @param multiprocessors number of multiprocessors
 * @param source the documents
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record Datasheet(
    Map<NumberFormat, Double> peakFlopsPerSecond,
    long memoryBytes,
    double memoryBytesPerSecond,
    double interconnectBytesPerSecond,
    long l2Bytes,
    int multiprocessors,
    String source) {

  public Datasheet {
    if (peakFlopsPerSecond.isEmpty()) {
      throw new IllegalArgumentException("peak_flops_per_second must hold at least one format");
    }
    peakFlopsPerSecond.forEach((format, peak) ->
        Positive.require("peak_flops_per_second." + format.id(), peak == null ? 0 : peak));
    Positive.require("memory_bytes", (double) memoryBytes);
    Positive.require("memory_bytes_per_second", memoryBytesPerSecond);
    Positive.requireNotNegative("interconnect_bytes_per_second", interconnectBytesPerSecond);
    Positive.require("l2_bytes", (double) l2Bytes);
    Positive.require("multiprocessors", multiprocessors);
    peakFlopsPerSecond = Collections.unmodifiableMap(new TreeMap<>(peakFlopsPerSecond));
  }

  /**
   * Dense peak with operands of this format.
   *
   * @throws IllegalArgumentException if the GPU has no units for it; see {@link #multiplies}
   */
  public double flopsPerSecond(NumberFormat format) {
    Double peak = peakFlopsPerSecond.get(format);
    if (peak == null) {
      throw new IllegalArgumentException(
          "no peak for %s; there are %s".formatted(format.id(), peakFlopsPerSecond.keySet()));
    }
    return peak;
  }

  /** Whether the GPU has arithmetic units for operands of this format. */
  public boolean multiplies(NumberFormat format) {
    return peakFlopsPerSecond.containsKey(format);
  }
}
