package io.github.puzzle4j.scoring.cost.kernel;

import io.github.puzzle4j.scoring.cost.kernel.FormulaFamily.Coefficient;
import java.util.ArrayList;
import java.util.List;

/** Free coefficients of matrix products, by type; the others are fixed here. */
final class GemmFamily {

  private static final double MAX_CORRECTION = 1.5;

  private GemmFamily() {}

  static FormulaFamily<KernelCall.Gemm> of(MatrixType type) {
    List<Coefficient> all = new ArrayList<>(physical(type));
    for (int index = 0; index < Corrections.SIZE; index++) {
      all.add(new Coefficient("corrections." + index, 0, -MAX_CORRECTION, MAX_CORRECTION));
    }
    return FormulaFamily.withFixed(all, GemmCoefficients::of);
  }

  private static List<Coefficient> physical(MatrixType type) {
    boolean dynamic = type == MatrixType.FP8;
    boolean oneCopy = type == MatrixType.FP8_BLOCK || type == MatrixType.NVFP4;
    boolean eager = type == MatrixType.FP8_BLOCK;
    return List.of(
        new Coefficient("compute_efficiency", 0.6, 0.02, 1),
        new Coefficient("bandwidth_efficiency", 0.8, 0.05, 1),
        new Coefficient("activation_weight", 1, 0.01, 20),
        eager
            ? new Coefficient("launch_microseconds", 5, 4, 8)
            : new Coefficient("launch_microseconds", 3, 0.2, 50),
        new Coefficient("walk_nanoseconds_per_input", 1.2, 0.001, 50),
        new Coefficient("walk_saturation_inputs", 3000, 100, 1e6),
        new Coefficient("overlap_power", 4, 1, 32),
        eager
            ? fixed("single_row_microseconds", 0)
            : new Coefficient("single_row_microseconds", 1, 0.001, 100),
        fixed("quantise_microseconds", dynamic ? 2.5 : 0),
        dynamic ? new Coefficient("quantise_bytes", 5, 0.01, 50) : fixed("quantise_bytes", 0),
        oneCopy ? new Coefficient("resident_speedup", 1.5, 1, 8) : fixed("resident_speedup", 1),
        oneCopy ? new Coefficient("resident_share", 0.8, 0.05, 4) : fixed("resident_share", 1),
        eager ? new Coefficient("host_microseconds", 80, 1, 500) : fixed("host_microseconds", 0));
  }

  private static Coefficient fixed(String name, double value) {
    return new Coefficient(name, value, value, value);
  }
}
