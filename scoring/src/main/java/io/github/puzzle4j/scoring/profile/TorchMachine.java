package io.github.puzzle4j.scoring.profile;

import io.github.puzzle4j.blocklib.tensor.ComputeDevice;
import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.DeviceTensor;
import io.github.puzzle4j.blocklib.tensor.Precision;
import io.github.puzzle4j.blocklib.train.ProductSpeed;
import io.github.puzzle4j.scoring.cost.kernel.Datasheet;
import io.github.puzzle4j.scoring.cost.kernel.NumberFormat;
import java.io.IOException;
import java.util.Map;

/**
 * The device that libtorch computes on. Peak and bandwidth are measured with large products and
 * sums, since they are not published for every processor.
 *
 * @param machine its facts
 * @param device what libtorch computes on there
 */
public record TorchMachine(Machine machine, ComputeDevice device) {

  private static final int REPETITIONS = 7;
  private static final int PRODUCT_ROWS = 1024;
  private static final int PRODUCT_WIDTH = 2048;
  private static final int SUMMED_NUMBERS = 1 << 26;

  // A GPU takes longer to be asked than for what a processor does in a while.
  private static final int GPU_ROWS = 4096;
  private static final int GPU_WIDTH = 8192;
  private static final int GPU_SUMMED_NUMBERS = 1 << 29;

  /**
   * A device.
   *
   * @param threads that compute if it is the processor
   */
  public static TorchMachine of(ComputeDevice device, int threads) throws IOException {
    return device.isGpu() ? gpu(device) : processor(device, threads);
  }

  private static TorchMachine processor(ComputeDevice device, int threads) throws IOException {
    device.engine().setThreads(threads);
    Datasheet datasheet =
        new Datasheet(
            Map.of(NumberFormat.BF16, flopsPerSecond(device, PRODUCT_ROWS, PRODUCT_WIDTH)),
            Processor.memoryBytes(),
            bytesPerSecond(device, SUMMED_NUMBERS),
            0,
            Processor.cacheBytes(),
            threads,
            "measured: the faster of products of %d x %d x %d in bf16 and fp32, a sum of %d MiB"
                .formatted(PRODUCT_ROWS, PRODUCT_WIDTH, PRODUCT_WIDTH, SUMMED_NUMBERS >> 18));
    return new TorchMachine(new Machine(Processor.title(threads), "cpu", datasheet), device);
  }

  private static TorchMachine gpu(ComputeDevice device) {
    Datasheet datasheet =
        new Datasheet(
            Map.of(NumberFormat.BF16, flopsPerSecond(device, GPU_ROWS, GPU_WIDTH)),
            device.gpuBytes(),
            bytesPerSecond(device, GPU_SUMMED_NUMBERS),
            0,
            GPU_CACHE_BYTES,
            GPU_MULTIPROCESSORS,
            "measured: the faster of products of %d x %d x %d in bf16 and fp32, a sum of %d MiB;"
                    .formatted(GPU_ROWS, GPU_WIDTH, GPU_WIDTH, GPU_SUMMED_NUMBERS >> 18)
                + " cache and multiprocessors are assumed");
    return new TorchMachine(new Machine(device.gpuName(), "cuda", datasheet), device);
  }

  /** Larger than those of an H100, so that weights are certain to come from memory. */
  private static final long GPU_CACHE_BYTES = 64L << 20;

  private static final int GPU_MULTIPROCESSORS = 132;

  /** The engine that runs there. */
  public TorchEngine engine() {
    return new TorchEngine(device);
  }

  /** The better of both types: a processor without products in bf16 is slow at emulating them. */
  private static double flopsPerSecond(ComputeDevice device, int rows, int width) {
    return Math.max(
        flopsPerSecond(device, Precision.FLOAT32, rows, width),
        flopsPerSecond(device, Precision.BFLOAT16, rows, width));
  }

  private static double flopsPerSecond(
      ComputeDevice device, Precision precision, int rows, int width) {
    try (DeviceMemory memory = device.memory();
        ProductSpeed products = new ProductSpeed(memory, precision)) {
      return 2.0 * rows * width * width / products.seconds(rows, width, width, REPETITIONS);
    }
  }

  private static double bytesPerSecond(ComputeDevice device, int summed) {
    try (DeviceMemory memory = device.memory()) {
      DeviceTensor numbers = memory.ones(summed);
      double best =
          best(() -> {
            try (DeviceTensor sum = numbers.sum()) {
              sum.toFloat();
            }
          });
      return (double) summed * Float.BYTES / best;
    }
  }

  private static double best(Runnable work) {
    work.run();
    double best = Double.POSITIVE_INFINITY;
    for (int repetition = 0; repetition < REPETITIONS; repetition++) {
      long begin = System.nanoTime();
      work.run();
      best = Math.min(best, (System.nanoTime() - begin) * 1e-9);
    }
    return best;
  }
}
