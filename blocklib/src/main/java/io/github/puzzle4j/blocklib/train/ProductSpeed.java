package io.github.puzzle4j.blocklib.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;

/** How fast libtorch multiplies matrices here: what no kernel can be faster than. */
public final class ProductSpeed implements AutoCloseable {

  /** Large enough to tell types apart, small enough where one of them has to be emulated. */
  private static final int PROBE_ROWS = 256;

  private static final int PROBE_WIDTH = 512;
  private static final int PROBE_REPETITIONS = 3;

  private final NDManager manager;
  private final Kernels kernels;

  /** Products in one precision. */
  public ProductSpeed(NDManager parent, Precision precision) {
    manager = parent.newSubManager();
    kernels = new Kernels(manager, precision, 1e-5);
  }

  /**
   * The faster precision of a device. A processor without products in bfloat16 is many times slower
   * at emulating them, so that a short look is enough.
   */
  public static Precision fastest(ComputeDevice device) {
    try (NDManager manager = device.memory()) {
      return probe(manager, Precision.BFLOAT16) < probe(manager, Precision.FLOAT32)
          ? Precision.BFLOAT16
          : Precision.FLOAT32;
    }
  }

  private static double probe(NDManager manager, Precision precision) {
    try (ProductSpeed products = new ProductSpeed(manager, precision)) {
      return products.seconds(PROBE_ROWS, PROBE_WIDTH, PROBE_WIDTH, PROBE_REPETITIONS);
    }
  }

  /**
   * Seconds of one product of {@code [rows, width]} with {@code [columns, width]} turned, the least
   * of several.
   */
  public double seconds(int rows, int columns, int width, int repetitions) {
    try (NDManager scope = manager.newSubManager()) {
      NDArray left = stored(scope, rows, width);
      NDArray right = stored(scope, columns, width);
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

  private NDArray stored(NDManager scope, int rows, int columns) {
    return kernels.call(
        "stored", false, scope.randomUniform(-1, 1, new Shape(rows, columns)), List.of());
  }

  /** Reads one number of the result, since a GPU returns before it has computed. */
  private void once(NDArray left, NDArray right) {
    try (NDArray corner = kernels.call("product", false, left, List.of(right))) {
      corner.getFloat();
    }
  }

  @Override
  public void close() {
    manager.close();
  }
}
