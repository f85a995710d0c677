package io.github.puzzle4j.blocklib.train;

import io.github.puzzle4j.blocklib.arch.AttentionShape;
import io.github.puzzle4j.blocklib.arch.CommonParts;
import io.github.puzzle4j.blocklib.arch.Layer;
import io.github.puzzle4j.blocklib.arch.SpecialTokens;
import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.DeviceTensor;
import io.github.puzzle4j.blocklib.tensor.Gradients;
import io.github.puzzle4j.blocklib.tensor.Losses;
import io.github.puzzle4j.blocklib.tensor.OptimizerState;
import io.github.puzzle4j.blocklib.tensor.Precision;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/**
 * Times the training of one block, attention and FFN together, on random numbers: the steps of
 * distillation, and libtorch's time for their matrix products alone.
 */
public final class DistillBenchmark {

  private static final int WARM_UP = 3;
  private static final int MOST_WARM_UP = 1000;
  private static final long WARM_UP_NANOS = 3_000_000_000L;
  private static final double RATE = 1e-3;
  private static final double DECAY = 0.1;
  private static final double CLIP = 1;
  private static final int VOCABULARY = 1000;
  private static final int SEED = 1;

  /**
   * The shape of a block and of what it is trained on.
   *
   * @param sequence tokens of each sequence
   * @param batch sequences of each step
   */
  public record Settings(
      int hidden, int intermediate, int heads, int kvHeads, int sequence, int batch) {

    CommonParts common() {
      return CommonParts.llama(VOCABULARY, hidden, 10_000, sequence, true, SpecialTokens.none());
    }

    Layer layer() {
      return Layer.llama(new AttentionShape(heads, kvHeads, hidden / heads), intermediate);
    }

    List<List<Long>> matrices() {
      return layer().tensors(hidden).values().stream().filter(shape -> shape.size() == 2).toList();
    }

    /** Tokens of a step. */
    public int tokens() {
      return sequence * batch;
    }

    /**
     * Floating-point operations of a step. Each product counts three times: once forward, and
     * backward for its input and for its weights; of attention the half that is not masked counts.
     */
    public double flops() {
      double parameters = 0;
      for (List<Long> matrix : matrices()) {
        parameters += (double) matrix.get(0) * matrix.get(1);
      }
      return 6 * tokens() * parameters + 6.0 * tokens() * sequence * hidden;
    }
  }

  /**
   * Seconds of a step and of its parts.
   *
   * @param steps each whole step: forward, backward, clipping, AdamW
   * @param forward the forward pass and the loss, each time
   * @param optimizer clipping and AdamW, each time
   * @param products all matrix products of a step, each by itself at its fastest
   */
  public record Times(
      List<Double> steps, List<Double> forward, List<Double> optimizer, double products) {

    public Times {
      steps = List.copyOf(steps);
      forward = List.copyOf(forward);
      optimizer = List.copyOf(optimizer);
    }
  }

  private final Settings settings;

  /** A benchmark of such a block. */
  public DistillBenchmark(Settings settings) {
    this.settings = settings;
  }

  /**
   * Measures.
   *
   * @param repetitions of each part, after warm-up repetitions
   * @param stepped called after each measured step
   */
  public Times run(DeviceMemory parent, Precision precision, int repetitions, Runnable stepped) {
    RandomGenerator random = new SplittableRandom(SEED);
    try (DeviceMemory memory = parent.newScope();
        BlockRunner runner = new BlockRunner(memory, settings.common(), precision)) {
      Layer layer = settings.layer();
      BlockWeights weights =
          BlockWeights.of(
              settings.hidden(),
              layer,
              RandomWeights.of(memory, random, layer.tensors(settings.hidden())));
      List<Long> shape =
          DeviceTensor.shapeOf(settings.batch(), settings.sequence(), settings.hidden());
      DeviceTensor input = memory.normal(random, 1, shape);
      DeviceTensor target = memory.normal(random, 1, shape);
      try (OptimizerState state = new OptimizerState(memory, weights.all())) {
        OptimizerStep step = new OptimizerStep(CLIP, DECAY);
        Function<DeviceMemory, DeviceTensor> loss =
            scope -> Losses.squareError(runner.block(weights, input.alias(scope)), target);
        OptimizerStep.Losses losses =
            (scope, gradients, _, share) -> gradients.backward(loss.apply(scope), share);
        List<Double> steps =
            times(
                repetitions,
                () -> {
                  if (!step.take(memory, state, RATE, 1, losses).taken()) {
                    throw new IllegalStateException("loss or gradients are NaN or infinite");
                  }
                },
                stepped);
        List<Double> forward =
            times(
                repetitions,
                () -> {
                  try (DeviceMemory scope = memory.newScope();
                      Gradients _ = Gradients.record()) {
                    loss.apply(scope).toFloat();
                  }
                },
                () -> {});
        List<Double> optimizer =
            times(
                repetitions,
                () -> {
                  state.clip(CLIP);
                  state.step(RATE, DECAY);
                  memory.device().synchronize();
                },
                () -> {});
        return new Times(steps, forward, optimizer, products(memory, precision, repetitions));
      }
    }
  }

  private static List<Double> times(int repetitions, Runnable work, Runnable measured) {
    warmUp(work);
    List<Double> seconds = new ArrayList<>();
    for (int repetition = 0; repetition < repetitions; repetition++) {
      long begin = System.nanoTime();
      work.run();
      seconds.add((System.nanoTime() - begin) * 1e-9);
      measured.run();
    }
    return seconds;
  }

  /** Also until Java has compiled itself, which takes more steps the shorter they are. */
  private static void warmUp(Runnable work) {
    long begin = System.nanoTime();
    int done = 0;
    while (done < WARM_UP || (done < MOST_WARM_UP && System.nanoTime() - begin < WARM_UP_NANOS)) {
      work.run();
      done++;
    }
  }

  private double products(DeviceMemory memory, Precision precision, int repetitions) {
    int tokens = settings.tokens();
    double seconds = 0;
    try (ProductSpeed speed = new ProductSpeed(memory, precision)) {
      for (List<Long> matrix : settings.matrices()) {
        int out = Math.toIntExact(matrix.get(0));
        int in = Math.toIntExact(matrix.get(1));
        seconds += speed.seconds(tokens, out, in, repetitions);
        seconds += speed.seconds(tokens, in, out, repetitions);
        seconds += speed.seconds(out, in, tokens, repetitions);
      }
    }
    return seconds;
  }
}
