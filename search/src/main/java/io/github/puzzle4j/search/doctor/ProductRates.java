package io.github.puzzle4j.search.doctor;

import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import io.github.puzzle4j.blocklib.tensor.engine.NativeTensor;
import io.github.puzzle4j.blocklib.tensor.engine.Operations;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.SplittableRandom;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.annotation.JsonNaming;

/**
 * Measured speed of matrix products on one device, in 10⁹ floating-point operations per second.
 *
 * @param float32Gflops with 32 bits per number
 * @param bfloat16Gflops with 16
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record ProductRates(double float32Gflops, double bfloat16Gflops) {

  private static final int SMALLEST = 512;
  private static final int LARGEST = 8192;
  private static final int REPETITIONS = 3;

  /** Long enough that starting a product does not count. */
  private static final double LONG_SECONDS = 0.02;

  /** Measures a device, for a second or so. */
  static ProductRates of(Operations operations) {
    return new ProductRates(
        gflops(operations, TensorType.F32), gflops(operations, TensorType.BF16));
  }

  /** Whether bfloat16 is worth choosing. */
  boolean bfloat16IsFaster() {
    return bfloat16Gflops > float32Gflops;
  }

  /** Of square matrices that double in width until one product takes long enough. */
  private static double gflops(Operations operations, TensorType type) {
    double rate = 0;
    double seconds = 0;
    for (int width = SMALLEST; width <= LARGEST && seconds < LONG_SECONDS; width *= 2) {
      seconds = seconds(operations, type, width);
      rate = Math.max(rate, 2.0 * width * width * width / seconds * 1e-9);
    }
    return rate;
  }

  private static double seconds(Operations operations, TensorType type, int width) {
    try (NativeTensor left = matrix(operations, type, width, 1);
        NativeTensor right = matrix(operations, type, width, 2)) {
      double best = Double.POSITIVE_INFINITY;
      for (int repetition = 0; repetition <= REPETITIONS; repetition++) {
        long begin = System.nanoTime();
        try (NativeTensor _ = operations.linear(left, right)) {
          operations.synchronize();
        }
        double passed = (System.nanoTime() - begin) * 1e-9;
        // The first one prepares; where it is slow already, others would not change the picture.
        best = repetition == 0 && passed < LONG_SECONDS ? best : Math.min(best, passed);
      }
      return best;
    }
  }

  /** A random row, repeated. */
  private static NativeTensor matrix(Operations operations, TensorType type, int width, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment row = arena.allocate(ValueLayout.JAVA_FLOAT, width);
      for (int column = 0; column < width; column++) {
        row.setAtIndex(ValueLayout.JAVA_FLOAT, column, (float) random.nextDouble(-1, 1));
      }
      try (NativeTensor first = operations.copyOf(row, TensorType.F32, List.of(1L, (long) width));
          NativeTensor typed = operations.cast(first, type);
          NativeTensor spread = operations.expand(typed, List.of((long) width, (long) width))) {
        return operations.copy(spread);
      }
    }
  }
}
