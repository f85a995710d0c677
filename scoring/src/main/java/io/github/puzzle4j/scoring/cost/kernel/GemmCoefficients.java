package io.github.puzzle4j.scoring.cost.kernel;

import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.annotation.JsonNaming;

/**
 * Time of a matrix product {@code [m, k] x [k, n]} with 16-bit numbers.
 *
 * <p>Tiles of 64 or 128 rows and 128 columns run at a share of the peak; weights and activations
 * move at a share of the bandwidth; both overlap. Launching costs a constant, and walking along
 * {@code k} inside a tile costs time that splitting {@code k} among thread blocks bounds.
 *
 * @param computeEfficiency share of the peak that full tiles reach
 * @param bandwidthEfficiency share of the bandwidth that weights reach
 * @param activationWeight bytes that a byte of input or output counts as
 * @param launchMicroseconds floor of one launch
 * @param walkNanosecondsPerInput time along {@code k} while it is short
 * @param walkSaturationInputs {@code k} at which half of the walk is hidden
 * @param overlapPower see {@link Overlap}
 * @param provenance where the numbers come from
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record GemmCoefficients(
    double computeEfficiency,
    double bandwidthEfficiency,
    double activationWeight,
    double launchMicroseconds,
    double walkNanosecondsPerInput,
    double walkSaturationInputs,
    double overlapPower,
    Provenance provenance)
    implements KernelFormula<KernelCall.Gemm> {

  private static final int TILE_COLUMNS = 128;
  private static final int BYTES = 2;

  public GemmCoefficients {
    Positive.requireShare("compute_efficiency", computeEfficiency);
    Positive.requireShare("bandwidth_efficiency", bandwidthEfficiency);
    Positive.requireNotNegative("activation_weight", activationWeight);
    Positive.require("launch_microseconds", launchMicroseconds);
    Positive.requireNotNegative("walk_nanoseconds_per_input", walkNanosecondsPerInput);
    Positive.require("walk_saturation_inputs", walkSaturationInputs);
    Positive.requirePower("overlap_power", overlapPower);
  }

  @Override
  public double seconds(Datasheet gpu, KernelCall.Gemm call) {
    return seconds(gpu, call.rows(), call.outputs(), call.inputs());
  }

  private double seconds(Datasheet gpu, long rows, long outputs, long inputs) {
    long tileRows = rows <= 64 ? 64 : 128;
    double paddedRows = Math.ceilDiv(rows, tileRows) * (double) tileRows;
    double paddedOutputs = Math.ceilDiv(outputs, TILE_COLUMNS) * (double) TILE_COLUMNS;
    double compute =
        2
            * paddedRows
            * paddedOutputs
            * inputs
            / (gpu.flopsPerSecond(NumberFormat.BF16) * computeEfficiency);
    double traffic =
        BYTES * ((double) outputs * inputs + activationWeight * rows * ((double) outputs + inputs));
    double memory = traffic / (gpu.memoryBytesPerSecond() * bandwidthEfficiency);
    double walk = walkNanosecondsPerInput * 1e-9 * inputs / (1 + inputs / walkSaturationInputs);
    return launchMicroseconds * 1e-6 + walk + Overlap.of(overlapPower, compute, memory);
  }
}
