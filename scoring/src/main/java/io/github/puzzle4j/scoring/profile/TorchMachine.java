package io.github.puzzle4j.scoring.profile;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.util.cuda.CudaUtils;
import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.arch.AttentionShape;
import io.github.puzzle4j.blocklib.arch.ModelConfig;
import io.github.puzzle4j.blocklib.arch.RotaryEmbedding;
import io.github.puzzle4j.blocklib.arch.SpecialTokens;
import io.github.puzzle4j.blocklib.arch.ffn.FfnVariant;
import io.github.puzzle4j.blocklib.train.BlockRunner;
import io.github.puzzle4j.blocklib.train.Precision;
import io.github.puzzle4j.scoring.cost.kernel.Datasheet;
import io.github.puzzle4j.scoring.cost.kernel.NumberFormat;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * The device that libtorch computes on. Nobody states what a machine's processor can do, so that
 * peak and bandwidth are the best of some large products and sums.
 *
 * @param machine its facts
 * @param device libtorch's name for it
 */
public record TorchMachine(Machine machine, Device device) {

  private static final int REPETITIONS = 7;
  private static final int PRODUCT_ROWS = 1024;
  private static final int PRODUCT_WIDTH = 2048;
  private static final int SUMMED_NUMBERS = 1 << 26;

  /**
   * The processor.
   *
   * @param threads that compute
   */
  public static TorchMachine processor(int threads) throws IOException {
    Device device = Device.cpu();
    Engine.getEngine("PyTorch");
    JniUtils.setNumThreads(threads);
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

  /**
   * The first GPU.
   *
   * @throws InvalidInputException if libtorch finds none
   */
  public static TorchMachine gpu() throws InvalidInputException {
    if (Engine.getEngine("PyTorch").getGpuCount() == 0) {
      throw new InvalidInputException(
          "no GPU: libtorch here finds none; a build for CUDA goes in PYTORCH_LIBRARY_PATH");
    }
    Device device = Device.gpu();
    Datasheet datasheet =
        new Datasheet(
            Map.of(NumberFormat.BF16, flopsPerSecond(device)),
            CudaUtils.getGpuMemory(device).getMax(),
            bytesPerSecond(device),
            0,
            GPU_CACHE_BYTES,
            GPU_MULTIPROCESSORS,
            "measured: a large product and a large sum in libtorch; cache and multiprocessors are"
                + " assumed");
    return new TorchMachine(
        new Machine(
            "GPU of compute capability " + CudaUtils.getComputeCapability(0), "cuda", datasheet),
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
  private static double flopsPerSecond(Device device) {
    return Math.max(
        flopsPerSecond(device, Precision.FLOAT32), flopsPerSecond(device, Precision.BFLOAT16));
  }

  private static double flopsPerSecond(Device device, Precision precision) {
    ModelConfig shape = shape();
    try (NDManager manager = NDManager.newBaseManager(device, "PyTorch");
        BlockRunner runner = new BlockRunner(manager, shape, precision)) {
      Shape square = new Shape(PRODUCT_WIDTH, PRODUCT_WIDTH);
      NDArray x = manager.randomUniform(-1, 1, new Shape(1, PRODUCT_ROWS, PRODUCT_WIDTH));
      NDArray norm = manager.ones(new Shape(PRODUCT_WIDTH));
      NDArray matrix = runner.stored(manager.randomUniform(-1, 1, square, DataType.FLOAT32));
      double best =
          best(() -> {
            try (NDArray result =
                runner.ffn(new FfnVariant.Linear(), x, List.of(norm, matrix), false)) {
              result.getFloat(0, 0, 0);
            }
          });
      return 2.0 * PRODUCT_ROWS * PRODUCT_WIDTH * PRODUCT_WIDTH / best;
    }
  }

  private static double bytesPerSecond(Device device) {
    try (NDManager manager = NDManager.newBaseManager(device, "PyTorch")) {
      NDArray numbers = manager.ones(new Shape(SUMMED_NUMBERS));
      double best =
          best(() -> {
            try (NDArray sum = numbers.sum()) {
              sum.getFloat();
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

  private static ModelConfig shape() {
    return new ModelConfig(
        "llama",
        1,
        PRODUCT_WIDTH,
        PRODUCT_WIDTH,
        1,
        new AttentionShape(1, 1, PRODUCT_WIDTH),
        new RotaryEmbedding(10_000, new RotaryEmbedding.Scaling.None()),
        1e-5,
        1,
        true,
        new SpecialTokens(List.of(), List.of()));
  }
}
