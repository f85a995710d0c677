package io.github.puzzle4j.scoring.profile;

import io.github.puzzle4j.blocklib.arch.CommonParts;
import io.github.puzzle4j.blocklib.arch.GatedFfn;
import io.github.puzzle4j.blocklib.arch.LinearFfn;
import io.github.puzzle4j.blocklib.arch.RotaryEmbedding;
import io.github.puzzle4j.blocklib.arch.SpecialTokens;
import io.github.puzzle4j.blocklib.arch.StoredWeights;
import io.github.puzzle4j.blocklib.tensor.ComputeDevice;
import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.DeviceTensor;
import io.github.puzzle4j.blocklib.tensor.Precision;
import io.github.puzzle4j.blocklib.train.BlockRunner;
import io.github.puzzle4j.scoring.cost.kernel.Datasheet;
import io.github.puzzle4j.scoring.cost.kernel.NumberFormat;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

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
            Map.of(NumberFormat.BF16, flopsPerSecond(device)),
            Processor.memoryBytes(),
            bytesPerSecond(device),
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
            Map.of(NumberFormat.BF16, flopsPerSecond(device)),
            device.gpuBytes(),
            bytesPerSecond(device),
            0,
            GPU_CACHE_BYTES,
            GPU_MULTIPROCESSORS,
            "measured: a large product and a large sum in libtorch; cache and multiprocessors are"
                + " assumed");
    return new TorchMachine(
        new Machine("GPU of compute capability " + device.gpuCapability(), "cuda", datasheet),
        device);
  }

  /** Larger than those of an H100, so that weights are certain to come from memory. */
  private static final long GPU_CACHE_BYTES = 64L << 20;

  private static final int GPU_MULTIPROCESSORS = 132;

  /** The engine that runs there. */
  public TorchEngine engine() {
    return new TorchEngine(device);
  }

  /** The better of both types: a processor without products in bf16 is slow at emulating them. */
  private static double flopsPerSecond(ComputeDevice device) {
    return Math.max(
        flopsPerSecond(device, Precision.FLOAT32), flopsPerSecond(device, Precision.BFLOAT16));
  }

  private static double flopsPerSecond(ComputeDevice device, Precision precision) {
    CommonParts shape = shape();
    RandomGenerator random = new SplittableRandom(PRODUCT_ROWS);
    try (DeviceMemory memory = device.memory();
        BlockRunner runner = new BlockRunner(memory, shape, precision)) {
      DeviceTensor x =
          memory.uniform(random, -1, 1, DeviceTensor.shapeOf(1, PRODUCT_ROWS, PRODUCT_WIDTH));
      DeviceTensor norm = memory.ones(PRODUCT_WIDTH);
      DeviceTensor matrix =
          runner.stored(
              memory.uniform(random, -1, 1, DeviceTensor.shapeOf(PRODUCT_WIDTH, PRODUCT_WIDTH)));
      double best =
          best(() -> {
            try (DeviceTensor result =
                runner.ffn(
                    new LinearFfn(), x, Map.of(GatedFfn.NORM, norm, LinearFfn.MATRIX, matrix))) {
              device.synchronize();
            }
          });
      return 2.0 * PRODUCT_ROWS * PRODUCT_WIDTH * PRODUCT_WIDTH / best;
    }
  }

  private static double bytesPerSecond(ComputeDevice device) {
    try (DeviceMemory memory = device.memory()) {
      DeviceTensor numbers = memory.ones(SUMMED_NUMBERS);
      double best =
          best(() -> {
            try (DeviceTensor sum = numbers.sum()) {
              sum.toFloat();
            }
          });
      return (double) SUMMED_NUMBERS * Float.BYTES / best;
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

  private static CommonParts shape() {
    return new CommonParts(
        "llama",
        1,
        PRODUCT_WIDTH,
        new RotaryEmbedding(10_000, new RotaryEmbedding.Scaling.None()),
        1e-5,
        1,
        true,
        new SpecialTokens(List.of(), List.of()),
        StoredWeights.PLAIN);
  }
}
