package io.github.puzzle4j.scoring.cost.kernel;

import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.annotation.JsonNaming;

/**
 * Time of a memory-bound kernel: a norm, rotary embedding, an activation, a gather.
 *
 * @param bandwidthEfficiency share of the bandwidth that it reaches
 * @param launchMicroseconds minimum time of one launch
 * @param provenance source of the numbers
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record ElementwiseCoefficients(
    double bandwidthEfficiency, double launchMicroseconds, Provenance provenance)
    implements KernelFormula<KernelCall.Elementwise> {

  public ElementwiseCoefficients {
    Positive.requireShare("bandwidth_efficiency", bandwidthEfficiency);
    Positive.require("launch_microseconds", launchMicroseconds);
  }

  @Override
  public double seconds(Datasheet gpu, KernelCall.Elementwise call) {
    return launchMicroseconds * 1e-6
        + call.bytes() / (gpu.memoryBytesPerSecond() * bandwidthEfficiency);
  }
}
