package io.github.puzzle4j.scoring.cost;

import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.annotation.JsonNaming;

/**
 * Time of a kernel that memory traffic bounds: a norm, rotary embedding, an activation, a gather.
 *
 * @param bandwidthEfficiency share of the bandwidth that it reaches
 * @param launchMicroseconds floor of one launch
 * @param provenance where the numbers come from
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record ElementwiseCoefficients(
    double bandwidthEfficiency, double launchMicroseconds, Provenance provenance) {

  public ElementwiseCoefficients {
    Positive.requireShare("bandwidth_efficiency", bandwidthEfficiency);
    Positive.require("launch_microseconds", launchMicroseconds);
  }

  /** Seconds of one launch that reads and writes this many bytes. */
  public double seconds(Datasheet gpu, double bytes) {
    return launchMicroseconds * 1e-6 + bytes / (gpu.memoryBytesPerSecond() * bandwidthEfficiency);
  }
}
