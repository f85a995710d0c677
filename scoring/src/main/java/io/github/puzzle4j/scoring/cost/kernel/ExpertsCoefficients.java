package io.github.puzzle4j.scoring.cost.kernel;

import io.github.puzzle4j.scoring.cost.kernel.FormulaFamily.Coefficient;
import java.util.List;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.annotation.JsonNaming;

/**
 * Time of a layer of experts: dispatch, the gated FFNs as grouped products, and the sum.
 *
 * <p>Tokens are assumed to choose experts uniformly and independently, so that of {@code E} experts
 * {@code E (1 - (1 - chosen / E)^tokens)} are active; only their weights are read. Every active
 * expert pads its rows by part of a tile. Reading and arithmetic overlap; in addition there are a
 * launch, a constant per expert on this GPU, and the traffic of activations of every assignment.
 *
 * @param computeEfficiency share of the peak
 * @param bandwidthEfficiency share of the bandwidth for weights
 * @param activationWeight factor on the bytes of activations
 * @param launchMicroseconds minimum time of all launches together
 * @param expertNanoseconds per expert on this GPU
 * @param paddedRows padding rows per active expert
 * @param overlapPower see {@link Overlap}
 * @param provenance source of the numbers
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record ExpertsCoefficients(
    double computeEfficiency,
    double bandwidthEfficiency,
    double activationWeight,
    double launchMicroseconds,
    double expertNanoseconds,
    double paddedRows,
    double overlapPower,
    Provenance provenance)
    implements KernelFormula<KernelCall.Experts> {

  /** Up, gate and down. */
  private static final int MATRICES = 3;

  private static final int ACTIVATION_BYTES = 2;

  public ExpertsCoefficients {
    Positive.requireShare("compute_efficiency", computeEfficiency);
    Positive.requireShare("bandwidth_efficiency", bandwidthEfficiency);
    Positive.requireNotNegative("activation_weight", activationWeight);
    Positive.require("launch_microseconds", launchMicroseconds);
    Positive.requireNotNegative("expert_nanoseconds", expertNanoseconds);
    Positive.requireNotNegative("padded_rows", paddedRows);
    Positive.requirePower("overlap_power", overlapPower);
  }

  /** The coefficients for a fit. */
  public static FormulaFamily<KernelCall.Experts> family() {
    return new FormulaFamily<>(
        List.of(
            new Coefficient("compute_efficiency", 0.5, 0.02, 1),
            new Coefficient("bandwidth_efficiency", 0.7, 0.05, 1),
            new Coefficient("activation_weight", 1, 0.01, 50),
            new Coefficient("launch_microseconds", 20, 1, 500),
            new Coefficient("expert_nanoseconds", 50, 0.1, 5000),
            new Coefficient("padded_rows", 16, 0.1, 256),
            new Coefficient("overlap_power", 3, 1, 32)),
        (c, provenance) ->
            new ExpertsCoefficients(
                c.get(0), c.get(1), c.get(2), c.get(3), c.get(4), c.get(5), c.get(6), provenance));
  }

  @Override
  public double seconds(Datasheet gpu, KernelCall.Experts call) {
    double held = (double) call.experts() / call.expertParallel();
    double share = (double) call.chosen() / call.experts();
    double active = held * -Math.expm1(call.tokens() * Math.log1p(-share));
    double rows = (double) call.tokens() * call.chosen() / call.expertParallel();
    double weights = (double) MATRICES * call.hidden() * call.channels();
    double peak = gpu.flopsPerSecond(call.type().format());
    double compute = 2 * weights * (rows + active * paddedRows) / (peak * computeEfficiency);
    double bandwidth = gpu.memoryBytesPerSecond() * bandwidthEfficiency;
    double memory = active * weights * call.type().format().bytes() / bandwidth;
    double moved = rows * ACTIVATION_BYTES * (2.0 * call.hidden() + MATRICES * call.channels());
    return launchMicroseconds * 1e-6
        + held * expertNanoseconds * 1e-9
        + activationWeight * moved / gpu.memoryBytesPerSecond()
        + Overlap.of(overlapPower, compute, memory);
  }
}
