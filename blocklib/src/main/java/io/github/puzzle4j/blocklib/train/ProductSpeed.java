package io.github.puzzle4j.blocklib.train;

import io.github.puzzle4j.blocklib.tensor.ComputeDevice;
import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.DeviceTensor;
import io.github.puzzle4j.blocklib.tensor.Precision;
import java.util.SplittableRandom;

/** Speed of libtorch's matrix products on this machine: the upper bound for kernels. */
public final class ProductSpeed implements AutoCloseable {

  /** Large enough to tell types apart, small enough where one of them has to be emulated. */
  private static final int PROBE_ROWS = 256;

  private static final int PROBE_WIDTH = 512;
  private static final int PROBE_REPETITIONS = 3;

  private final DeviceMemory memory;
  private final Precision precision;

  /** Products in one precision. */
  public ProductSpeed(DeviceMemory parent, Precision precision) {
    memory = parent.newScope();
    this.precision = precision;
  }

  /**
   * The faster precision of a device. A processor without products in bfloat16 is many times slower
   * at emulating them, so that a short measurement is enough.
   */
  public static Precision fastest(ComputeDevice device) {
    try (DeviceMemory memory = device.memory()) {
      return probe(memory, Precision.BFLOAT16) < probe(memory, Precision.FLOAT32)
          ? Precision.BFLOAT16
          : Precision.FLOAT32;
    }
  }

  private static double probe(DeviceMemory memory, Precision precision) {
    try (ProductSpeed products = new ProductSpeed(memory, precision)) {
      return products.seconds(PROBE_ROWS, PROBE_WIDTH, PROBE_WIDTH, PROBE_REPETITIONS);
    }
  }

  /**
   * Seconds of one product of {@code [rows, width]} with {@code [columns, width]} transposed, the
   * minimum of several.
   */
  public double seconds(int rows, int columns, int width, int repetitions) {
    try (DeviceMemory scope = memory.newScope()) {
      DeviceTensor left = random(scope, rows, width);
      DeviceTensor right = random(scope, columns, width);
      once(left, right);
      double least = Double.POSITIVE_INFINITY;
      for (int repetition = 0; repetition < repetitions; repetition++) {
        long begin = System.nanoTime();
        once(left, right);
        least = Math.min(least, (System.nanoTime() - begin) * 1e-9);
      }
      return least;
    }
  }

  private DeviceTensor random(DeviceMemory scope, int rows, int columns) {
    try (DeviceTensor exact =
        scope.uniform(new SplittableRandom(rows), -1, 1, DeviceTensor.shapeOf(rows, columns))) {
      return exact.cast(precision.type());
    }
  }

  /** Waits for the result, since a GPU returns before it has computed. */
  private void once(DeviceTensor left, DeviceTensor right) {
    left.linear(right).close();
    memory.device().synchronize();
  }

  @Override
  public void close() {
    memory.close();
  }
}
