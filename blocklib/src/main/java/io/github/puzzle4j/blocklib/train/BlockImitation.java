package io.github.puzzle4j.blocklib.train;

import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.DeviceTensor;
import io.github.puzzle4j.blocklib.tensor.Gradients;
import io.github.puzzle4j.blocklib.tensor.Losses;
import java.io.IOException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.OptionalDouble;
import java.util.SequencedMap;
import java.util.SplittableRandom;

/**
 * Trains replacements to reproduce the output of the teacher's layers. The loss is the normalised
 * MSE (Puzzle, arXiv 2411.19146, section 3): the mean square of the difference over that of the
 * target. The last batches are held out.
 */
final class BlockImitation implements Objective {

  /** The increment of {@link SplittableRandom}: one seed per draw gives its sequence. */
  private static final long DRAW_SEED = 0x9E3779B97F4A7C15L;

  private static final long VIEW_SEED = 0x5DEECE66DL;

  private final Training training;
  private final int heldOut;
  private final TensorType stored;
  private final DeviceMemory scope;
  private final boolean hasParameters;
  private final double[] startLosses;

  /**
   * The imitation by one training.
   *
   * @param scope for what is measured
   * @param heldOut batches that are not trained on
   * @param stored the type of the weights that are measured
   */
  BlockImitation(DeviceMemory scope, Training training, int heldOut, TensorType stored)
      throws IOException {
    this.scope = scope;
    this.training = training;
    this.heldOut = heldOut;
    this.stored = stored;
    try (DeviceMemory initial = scope.newScope()) {
      SequencedMap<String, DeviceTensor> parameters = training.start().parameters(initial);
      this.hasParameters = !parameters.isEmpty();
      this.startLosses = losses(parameters);
    }
  }

  private BlockImitation(BlockImitation other, Fitted start) {
    this.scope = other.scope;
    this.training = other.training.startingWith(start.parameters());
    this.heldOut = other.heldOut;
    this.stored = other.stored;
    this.hasParameters = other.hasParameters;
    this.startLosses = new double[] {start.loss()};
  }

  /** The same that starts from fitted parameters. */
  BlockImitation startingWith(Fitted start) {
    return new BlockImitation(this, start);
  }

  /** The held-out losses of all variants at the start. */
  double[] startLosses() {
    return startLosses.clone();
  }

  /** Whether there is something to train. */
  boolean hasParameters() {
    return hasParameters;
  }

  @Override
  public String name() {
    return training.name();
  }

  @Override
  public double startLoss() {
    return mean(startLosses);
  }

  @Override
  public int batches() {
    return training.from().batches() - heldOut;
  }

  @Override
  public int batch(int draw) {
    return new SplittableRandom(training.seed() + draw * DRAW_SEED).nextInt(batches());
  }

  private Training.View view(int draw) {
    long viewSeed = (training.seed() ^ VIEW_SEED) + draw * DRAW_SEED;
    return training.views().get(new SplittableRandom(viewSeed).nextInt(training.views().size()));
  }

  @Override
  public Learner start(DeviceMemory memory) throws IOException {
    return new Variants(Collections.unmodifiableSequencedMap(training.start().parameters(memory)));
  }

  private final class Variants implements Learner {

    private final SequencedMap<String, DeviceTensor> parameters;

    /** Halved where the device runs out of memory. */
    private int mostRows = Integer.MAX_VALUE;

    private int passed = 1;

    Variants(SequencedMap<String, DeviceTensor> parameters) {
      this.parameters = parameters;
    }

    @Override
    public SequencedMap<String, DeviceTensor> parameters() {
      return parameters;
    }

    /** Where the device runs out of memory, groups of rows pass one after the other. */
    @Override
    public float backward(
        DeviceMemory inner, Gradients gradients, int draw, int batch, float share) {
      Training.View view = view(draw);
      DeviceTensor input = training.from().batch(inner, batch);
      DeviceTensor target = training.outputs().batch(inner, batch);
      int rows = Math.toIntExact(input.size(0));
      passed = Math.min(mostRows, rows);
      if (passed == rows) {
        return backward(inner, gradients, view, input, target, share);
      }
      double whole = target.square().sum().toFloat();
      double sum = 0;
      for (int from = 0; from < rows; from += passed) {
        int to = Math.min(rows, from + passed);
        try (DeviceMemory group = inner.newScope()) {
          DeviceTensor part = target.alias(group).slice(0, from, to);
          DeviceTensor entering = input.alias(group).slice(0, from, to);
          // Each error is over the size of its own targets, the sum over that of all.
          double weight = part.square().sum().toFloat() / whole;
          float loss = backward(group, gradients, view, entering, part, (float) (share * weight));
          if (!Float.isFinite(loss)) {
            return loss;
          }
          sum += loss * weight;
        }
      }
      return (float) sum;
    }

    private float backward(
        DeviceMemory inner,
        Gradients gradients,
        Training.View view,
        DeviceTensor input,
        DeviceTensor target,
        float share) {
      DeviceTensor output = view.pass().output(input, view.cut().weights(inner, parameters));
      return gradients.backward(Losses.squareError(output, target), share);
    }

    @Override
    public boolean passLess() {
      mostRows = Math.max(1, passed / 2);
      return passed > 1;
    }

    @Override
    public OptionalDouble heldOutLoss() {
      return OptionalDouble.of(mean(losses(parameters)));
    }
  }

  /** The held-out loss of each variant with weights rounded to the stored type, as in a child. */
  double[] losses(SequencedMap<String, DeviceTensor> parameters) {
    double[] losses = new double[training.views().size()];
    for (int i = 0; i < losses.length; i++) {
      Training.View view = training.views().get(i);
      try (DeviceMemory inner = scope.newScope()) {
        SequencedMap<String, DeviceTensor> rounded = new LinkedHashMap<>();
        try (DeviceMemory exact = inner.newScope()) {
          view.cut()
              .weights(exact, parameters)
              .forEach((name, weight) -> rounded.put(name, inner.load(weight.toTensor(stored))));
        }
        losses[i] = loss(inner, view.pass(), rounded);
      }
    }
    return losses;
  }

  private double loss(
      DeviceMemory parent, Training.Pass pass, SequencedMap<String, DeviceTensor> weights) {
    BoundaryActivations from = training.from();
    double sum = 0;
    for (int batch = from.batches() - heldOut; batch < from.batches(); batch++) {
      try (DeviceMemory inner = parent.newScope()) {
        DeviceTensor output = pass.output(from.batch(inner, batch), weights);
        sum += Losses.squareError(output, training.outputs().batch(inner, batch)).toFloat();
      }
    }
    return sum / heldOut;
  }

  private static double mean(double[] losses) {
    double sum = 0;
    for (double loss : losses) {
      sum += loss;
    }
    return sum / losses.length;
  }
}
