package io.github.puzzle4j.blocklib.train;

import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.DeviceTensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * Runs the trainings of one layer. The loss is the normalised MSE between the outputs of the two
 * blocks; of the batches the last ones only measure.
 *
 * <p>What a step does depends on its number and on the state before it alone, so that a training
 * that was stopped goes on to the same bits.
 */
public final class VariantTrainer {

  /**
   * What became of one variant.
   *
   * @param before validation loss with the initial weights
   * @param after validation loss with the best weights; may be higher
   * @param steps optimizer steps
   */
  public record Result(double before, double after, int steps) {

    /** Whether the training lowered the loss. */
    public boolean improved() {
      return after < before;
    }
  }

  /** Takes the results of the views and the best parameters, which are freed afterwards. */
  @FunctionalInterface
  public interface Sink {
    void accept(List<Result> results, SequencedMap<String, DeviceTensor> parameters)
        throws IOException;
  }

  /** Batches that a training may lose before it is given up. */
  private static final int MOST_DIVERGENCES = 3;

  /** By which {@link SplittableRandom} counts: one seed per step gives its sequence. */
  private static final long STEP_SEED = 0x9E3779B97F4A7C15L;

  private static final long VIEW_SEED = 0x5DEECE66DL;

  private final DeviceMemory scope;
  private final BlockStep blockStep;
  private final TrainingSettings settings;
  private final TensorType stored;
  private final int validationBatches;
  private final Consumer<Divergence> divergences;

  /**
   * A trainer.
   *
   * @param scope of native memory
   * @param stored type to which weights are rounded before they are measured
   * @param validationBatches how many of the batches, at the end, only measure
   * @param divergences receives steps that gave NaN or infinity
   */
  public VariantTrainer(
      DeviceMemory scope,
      BlockRunner runner,
      TrainingSettings settings,
      TensorType stored,
      int validationBatches,
      Consumer<Divergence> divergences) {
    this.scope = scope;
    this.blockStep = new BlockStep(runner.kernels(), settings.gradientClip(), settings.weightDecay());
    this.settings = settings;
    this.stored = stored;
    this.validationBatches = validationBatches;
    this.divergences = divergences;
  }

  /**
   * Trains and measures.
   *
   * @param stateFile where the training is kept every so many steps; gone when it has ended
   */
  public void train(Training training, Path stateFile, Sink sink) throws IOException {
    try (DeviceMemory memory = scope.newScope();
        TrainingRun run = new TrainingRun(memory, training, stateFile)) {
      double[] before;
      try (DeviceMemory initial = memory.newScope()) {
        before = losses(training, training.start().parameters(initial));
      }
      if (run.parameters().isEmpty()) {
        sink.accept(results(before, before, 0), new LinkedHashMap<>());
        return;
      }
      run.bound(mean(before));
      optimize(training, run);
      run.look(mean(losses(training, run.parameters())));
      double[] after = losses(training, run.best());
      sink.accept(results(before, after, run.done()), run.best());
      run.delete();
    }
  }

  private static List<Result> results(double[] before, double[] after, int steps) {
    List<Result> results = new ArrayList<>();
    for (int i = 0; i < before.length; i++) {
      results.add(new Result(before[i], after[i], steps));
    }
    return results;
  }

  private void optimize(Training training, TrainingRun run) throws IOException {
    while (run.done() < settings.steps() && !run.isOver(settings.earlyStop())) {
      int step = run.done();
      int batch = batch(training, run, step);
      if (!step(training, run, batch, step)) {
        run.goBack(batch);
        boolean abandoned =
            run.skipped().size() == Math.min(MOST_DIVERGENCES, trainingBatches(training));
        divergences.accept(
            new Divergence(training.name(), batch, step, run.done(), abandoned));
        if (abandoned) {
          return;
        }
        continue;
      }
      run.advance();
      if (run.done() == settings.steps()) {
        return;
      }
      if (settings.earlyStop().looksAfter(run.done())) {
        run.look(mean(losses(training, run.parameters())));
      }
      if (run.done() % settings.checkpointSteps() == 0) {
        run.save();
      }
    }
  }

  private int trainingBatches(Training training) {
    return training.from().batches() - validationBatches;
  }

  private int batch(Training training, TrainingRun run, int step) {
    long seed = training.seed() + step * STEP_SEED;
    int batches = trainingBatches(training);
    int batch = new SplittableRandom(seed).nextInt(batches);
    while (run.skipped().contains(batch)) {
      batch = (batch + 1) % batches;
    }
    return batch;
  }

  private Training.View view(Training training, int step) {
    long seed = (training.seed() ^ VIEW_SEED) + step * STEP_SEED;
    return training.views().get(new SplittableRandom(seed).nextInt(training.views().size()));
  }

  /** One optimizer step; false if loss or gradients are no numbers, and nothing was changed. */
  private boolean step(Training training, TrainingRun run, int batch, int step) {
    Training.View view = view(training, step);
    return blockStep.take(
        scope,
        run.state(),
        settings.rate().at(step),
        inner ->
            view.pass()
                .output(
                    training.from().batch(inner, batch),
                    view.cut().weights(inner, run.parameters()),
                    true),
        inner -> training.outputs().batch(inner, batch));
  }

  /** Of each variant as a child will have it: rounded to the type in which weights are stored. */
  private double[] losses(Training training, SequencedMap<String, DeviceTensor> parameters) {
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
        losses[i] = loss(inner, training, view.pass(), rounded);
      }
    }
    return losses;
  }

  private double loss(
      DeviceMemory parent,
      Training training,
      Training.Pass pass,
      SequencedMap<String, DeviceTensor> weights) {
    double sum = 0;
    int batches = training.from().batches();
    for (int batch = batches - validationBatches; batch < batches; batch++) {
      try (DeviceMemory inner = parent.newScope()) {
        DeviceTensor output = pass.output(training.from().batch(inner, batch), weights, false);
        sum += blockStep.loss(output, training.outputs().batch(inner, batch), false).toFloat();
      }
    }
    return sum / validationBatches;
  }

  private static double mean(double[] losses) {
    double sum = 0;
    for (double loss : losses) {
      sum += loss;
    }
    return sum / losses.length;
  }
}
