package io.github.puzzle4j.scoring.cost.kernel;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.annotation.JsonNaming;

/**
 * Time of a matrix product {@code [m, k] x [k, n]}.
 *
 * <p>Tiles of 64 or 128 rows and 128 columns run at a share of the peak; weights and activations
 * are transferred at a share of the bandwidth; both overlap. A launch costs a constant. Iterating
 * over {@code k} inside a tile costs time that is bounded by splitting {@code k} among thread
 * blocks. If the activations' scale is computed on every call, small kernels read and rewrite the
 * input. A smooth factor of the shape accounts for the engine's choice among many tilings.
 *
 * @param computeEfficiency share of the peak that full tiles reach
 * @param bandwidthEfficiency share of the bandwidth for weights
 * @param activationWeight factor on the bytes of input and output
 * @param launchMicroseconds minimum time of one launch
 * @param walkNanosecondsPerInput time per element of {@code k} if {@code k} is small
 * @param walkSaturationInputs {@code k} at which half of that time is hidden
 * @param overlapPower see {@link Overlap}
 * @param singleRowMicroseconds added for {@code m = 1}, for which engines have other kernels
 * @param quantiseMicroseconds launches of the kernels that quantise the input; tables contain only
 *     their sum with the launch
 * @param quantiseBytes traffic of those kernels per number of the input
 * @param residentSpeedup speed-up of reading weights that fit the L2
 * @param residentShare share of the L2 filled by weights at which half of that speed-up is lost
 * @param hostMicroseconds host time per call without a CUDA graph: a lower bound of times in
 *     tables, not of those in a running model
 * @param corrections factors by shape
 * @param provenance source of the numbers
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
    double singleRowMicroseconds,
    double quantiseMicroseconds,
    double quantiseBytes,
    double residentSpeedup,
    double residentShare,
    double hostMicroseconds,
    Corrections corrections,
    Provenance provenance)
    implements KernelFormula<KernelCall.Gemm> {

  private static final int TILE_COLUMNS = 128;
  private static final int OUTPUT_BYTES = 2;
  private static final double RESIDENT_POWER = 4;
  private static final double HOST_POWER = 4;

  public GemmCoefficients {
    Positive.requireShare("compute_efficiency", computeEfficiency);
    Positive.requireShare("bandwidth_efficiency", bandwidthEfficiency);
    Positive.requireNotNegative("activation_weight", activationWeight);
    Positive.require("launch_microseconds", launchMicroseconds);
    Positive.requireNotNegative("walk_nanoseconds_per_input", walkNanosecondsPerInput);
    Positive.require("walk_saturation_inputs", walkSaturationInputs);
    Positive.requirePower("overlap_power", overlapPower);
    Positive.requireNotNegative("single_row_microseconds", singleRowMicroseconds);
    Positive.requireNotNegative("quantise_microseconds", quantiseMicroseconds);
    Positive.requireNotNegative("quantise_bytes", quantiseBytes);
    Positive.require("resident_speedup", residentSpeedup);
    Positive.require("resident_share", residentShare);
    Positive.requireNotNegative("host_microseconds", hostMicroseconds);
  }

  /** The coefficients for a fit of products of this type. */
  public static FormulaFamily<KernelCall.Gemm> family(MatrixType type) {
    return GemmFamily.of(type);
  }

  @Override
  public double seconds(Datasheet gpu, KernelCall.Gemm call) {
    return kernel(gpu, call, 1) * factor(call);
  }

  @Override
  public double secondsAlone(Datasheet gpu, KernelCall.Gemm call) {
    double filled = weightBytes(call) / (gpu.l2Bytes() * residentShare);
    double speedup = 1 + (residentSpeedup - 1) / (1 + Math.pow(filled, RESIDENT_POWER));
    return Overlap.of(HOST_POWER, kernel(gpu, call, speedup), hostMicroseconds * 1e-6)
        * factor(call);
  }

  private double factor(KernelCall.Gemm call) {
    return corrections.factor(call.rows(), call.outputs(), call.inputs());
  }

  private double kernel(Datasheet gpu, KernelCall.Gemm call, double speedup) {
    double inputs = (double) call.inputs();
    double walk = walkNanosecondsPerInput * 1e-9 * inputs / (1 + inputs / walkSaturationInputs);
    double singleRow = call.rows() == 1 ? singleRowMicroseconds * 1e-6 : 0;
    return launchMicroseconds * 1e-6
        + singleRow
        + walk
        + Overlap.of(overlapPower, compute(gpu, call), memory(gpu, call, speedup))
        + quantise(gpu, call);
  }

  private double compute(Datasheet gpu, KernelCall.Gemm call) {
    long tileRows = call.rows() <= 64 ? 64 : 128;
    double rows = Math.ceilDiv(call.rows(), tileRows) * (double) tileRows;
    double outputs = Math.ceilDiv(call.outputs(), TILE_COLUMNS) * (double) TILE_COLUMNS;
    double peak = gpu.flopsPerSecond(call.type().format());
    return 2 * rows * outputs * call.inputs() / (peak * computeEfficiency);
  }

  private double memory(Datasheet gpu, KernelCall.Gemm call, double speedup) {
    double perRow =
        (double) OUTPUT_BYTES * call.outputs() + call.type().format().bytes() * call.inputs();
    double traffic = weightBytes(call) / speedup + activationWeight * call.rows() * perRow;
    return traffic / (gpu.memoryBytesPerSecond() * bandwidthEfficiency);
  }

  private double quantise(Datasheet gpu, KernelCall.Gemm call) {
    if (call.type() == MatrixType.FP8_STATIC) {
      return 0;
    }
    double bytes = quantiseBytes * call.rows() * call.inputs();
    return quantiseMicroseconds * 1e-6 + bytes / gpu.memoryBytesPerSecond();
  }

  private static double weightBytes(KernelCall.Gemm call) {
    return call.type().format().bytes() * call.outputs() * call.inputs();
  }

  /** Creates them from values in the order of {@link GemmFamily}. */
  static GemmCoefficients of(List<Double> values, Provenance provenance) {
    return new GemmCoefficients(
        values.get(0),
        values.get(1),
        values.get(2),
        values.get(3),
        values.get(4),
        values.get(5),
        values.get(6),
        values.get(7),
        values.get(8),
        values.get(9),
        values.get(10),
        values.get(11),
        values.get(12),
        new Corrections(new ArrayList<>(values.subList(13, values.size()))),
        provenance);
  }
}
