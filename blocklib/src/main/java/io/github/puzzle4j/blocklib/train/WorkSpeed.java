package io.github.puzzle4j.blocklib.train;

import io.github.puzzle4j.blocklib.arch.Attention;
import io.github.puzzle4j.blocklib.arch.CommonParts;
import io.github.puzzle4j.blocklib.arch.Ffn;
import io.github.puzzle4j.blocklib.arch.Layer;
import io.github.puzzle4j.blocklib.arch.Subblock;
import io.github.puzzle4j.blocklib.subblock.SubblockTensors;
import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.DeviceTensor;
import io.github.puzzle4j.blocklib.tensor.Gradients;
import io.github.puzzle4j.blocklib.tensor.Losses;
import io.github.puzzle4j.blocklib.tensor.OptimizerState;
import io.github.puzzle4j.blocklib.tensor.Precision;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * Measures on random numbers how long the pieces take of which the stages of a search consist. Each
 * is repeated for about a tenth of a second, and at least once after a first time.
 */
public final class WorkSpeed implements AutoCloseable {

  /** Java compiles the code of small steps after some thousand calls. */
  private static final long FIRST_NANOS = 2_000_000_000L;

  private static final long WARM_UP_NANOS = 60_000_000;
  private static final long MEASURED_NANOS = 120_000_000;
  private static final double RATE = 1e-3;
  private static final double DECAY = 0.1;
  private static final double CLIP = 1;
  private static final int SEED = 1;

  private final DeviceMemory memory;
  private final CommonParts common;
  private final BlockRunner runner;
  private final int rows;
  private final int sequence;
  private final RandomGenerator random = new SplittableRandom(SEED);
  private boolean warm;

  /**
   * Pieces of models with these common parts.
   *
   * @param rows sequences of a batch
   * @param sequence tokens of each
   */
  public WorkSpeed(
      DeviceMemory parent, CommonParts common, Precision precision, int rows, int sequence) {
    this.memory = parent.newScope();
    this.common = common;
    this.runner = new BlockRunner(memory, common, precision);
    this.rows = rows;
    this.sequence = sequence;
  }

  /** Seconds of the forward pass of a batch through one half of a layer. */
  public double forward(Subblock subblock) {
    try (DeviceMemory scope = memory.newScope()) {
      SequencedMap<String, DeviceTensor> weights = weights(scope, subblock);
      DeviceTensor input = hidden(scope);
      return seconds(() -> {
        try (DeviceMemory inner = scope.newScope()) {
          pass(subblock, input.alias(inner), weights);
        }
      });
    }
  }

  /**
   * Seconds of a training step of an attention, whose output passes through an FFN that is kept.
   */
  public double training(Attention attention, Ffn behind) {
    try (DeviceMemory scope = memory.newScope()) {
      SequencedMap<String, DeviceTensor> trained = weights(scope, attention);
      SequencedMap<String, DeviceTensor> kept = weights(scope, behind);
      return training(
          scope, trained, input -> runner.ffn(behind, pass(attention, input, trained), kept));
    }
  }

  /** Seconds of a training step of an FFN. */
  public double training(Ffn ffn) {
    try (DeviceMemory scope = memory.newScope()) {
      SequencedMap<String, DeviceTensor> trained = weights(scope, ffn);
      return training(scope, trained, input -> pass(ffn, input, trained));
    }
  }

  /** Seconds of a training step of a whole layer. */
  public double training(Layer layer) {
    try (DeviceMemory scope = memory.newScope()) {
      SequencedMap<String, DeviceTensor> attention = weights(scope, layer.attention());
      SequencedMap<String, DeviceTensor> ffn = weights(scope, layer.ffn());
      SequencedMap<String, DeviceTensor> all = new LinkedHashMap<>();
      attention.forEach((name, tensor) -> all.put("attention." + name, tensor));
      ffn.forEach((name, tensor) -> all.put("ffn." + name, tensor));
      return training(
          scope, all, input -> pass(layer.ffn(), pass(layer.attention(), input, attention), ffn));
    }
  }

  /**
   * Seconds of a fit of a subblock's last matrix; 0 where it has none.
   *
   * @param fitted batches that it may be fitted to
   * @param heldOut further ones that choose the ridge
   */
  public double fit(Subblock subblock, int fitted, int heldOut) {
    Optional<String> matrix = SubblockTensors.of(subblock).lastMatrix();
    if (matrix.isEmpty()) {
      return 0;
    }
    try (DeviceMemory scope = memory.newScope()) {
      SequencedMap<String, DeviceTensor> weights = weights(scope, subblock);
      DeviceTensor last = Objects.requireNonNull(weights.get(matrix.get()), matrix.get());
      int inputs = Math.toIntExact(last.size(1));
      NormalEquations equations = new NormalEquations(scope, inputs, Math.toIntExact(last.size(0)));
      DeviceTensor input = hidden(scope);
      DeviceTensor target = hidden(scope);
      double pass =
          seconds(() -> {
            try (DeviceMemory inner = scope.newScope()) {
              equations.add(
                  runner.lastProduct(subblock, input.alias(inner), weights), target.alias(inner));
            }
          });
      double solution =
          seconds(() -> {
            try (DeviceMemory inner = scope.newScope()) {
              OutputFit.change(inner, equations, equations);
            }
          });
      double enough = Math.ceil((double) OutputFit.enough(inputs) / ((long) rows * sequence));
      return (Math.min(fitted, enough) + heldOut) * pass + solution;
    }
  }

  /** Seconds of comparing a batch's predictions with a teacher's, with gradients. */
  public double head() {
    try (DeviceMemory scope = memory.newScope()) {
      int width = common.hiddenSize();
      LanguageHead head =
          new LanguageHead(
              scope,
              runner,
              scope.ones(width),
              scope.normal(
                  random,
                  (float) (1 / Math.sqrt(width)),
                  DeviceTensor.shapeOf(common.vocabularySize(), width)));
      DeviceTensor model = hidden(scope);
      DeviceTensor next = scope.longs(new long[rows * sequence], rows, sequence);
      DeviceTensor weights = scope.floats(new float[rows * sequence], rows, sequence);
      LanguageHead.Wanted wanted = new LanguageHead.Wanted(head, hidden(scope), next, weights);
      return seconds(() -> {
        try (DeviceMemory inner = scope.newScope();
            Gradients gradients = Gradients.record()) {
          head.loss(inner, gradients, model, wanted, RepairLoss.STANDARD, 1);
        }
      });
    }
  }

  /** A forward pass. */
  @FunctionalInterface
  private interface Pass {
    DeviceTensor of(DeviceTensor input);
  }

  private double training(
      DeviceMemory scope, SequencedMap<String, DeviceTensor> trained, Pass pass) {
    DeviceTensor input = hidden(scope);
    DeviceTensor target = hidden(scope);
    try (OptimizerState state = new OptimizerState(scope, trained)) {
      OptimizerStep step = new OptimizerStep(CLIP, DECAY);
      OptimizerStep.Losses losses =
          (inner, gradients, _, share) ->
              gradients.backward(Losses.squareError(pass.of(input.alias(inner)), target), share);
      return seconds(() -> step.take(scope, state, RATE, 1, losses));
    }
  }

  private DeviceTensor pass(
      Subblock subblock, DeviceTensor input, SequencedMap<String, DeviceTensor> weights) {
    return switch (subblock) {
      case Attention attention -> runner.attention(attention, input, weights);
      case Ffn ffn -> runner.ffn(ffn, input, weights);
    };
  }

  private SequencedMap<String, DeviceTensor> weights(DeviceMemory scope, Subblock subblock) {
    Map<String, List<Long>> shapes = subblock.tensors(common.hiddenSize());
    return RandomWeights.of(scope, random, shapes);
  }

  private DeviceTensor hidden(DeviceMemory scope) {
    return scope.normal(random, 1, DeviceTensor.shapeOf(rows, sequence, common.hiddenSize()));
  }

  /**
   * After Java and libtorch have prepared themselves, the time that a quarter of the repetitions
   * did not exceed: what is slower was disturbed, or not yet compiled.
   */
  private double seconds(Runnable work) {
    times(work, warm ? WARM_UP_NANOS : FIRST_NANOS);
    warm = true;
    List<Double> times = times(work, MEASURED_NANOS);
    return times.stream().sorted().toList().get(times.size() / 4);
  }

  private List<Double> times(Runnable work, long nanos) {
    List<Double> times = new ArrayList<>();
    long begin = System.nanoTime();
    long before = begin;
    do {
      work.run();
      memory.device().synchronize();
      long now = System.nanoTime();
      times.add((now - before) * 1e-9);
      before = now;
    } while (before - begin < nanos);
    return times;
  }

  @Override
  public void close() {
    runner.close();
    memory.close();
  }
}
