package io.github.puzzle4j.blocklib.train;

import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.DeviceTensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Runs the trainings of one layer and measures what they bring. */
final class VariantTrainer {

  /**
   * What became of one variant.
   *
   * @param after of the best parameters; may be worse than {@code before}
   */
  record Result(Training.View view, double before, double after, int steps) {

    boolean improved() {
      return after < before;
    }
  }

  /** Takes results and the best parameters, which are freed afterwards. */
  @FunctionalInterface
  interface Sink {
    void accept(List<Result> results, List<DeviceTensor> parameters) throws IOException;
  }

  private final DeviceMemory scope;
  private final BlockRunner runner;
  private final Distillation distillation;
  private final TensorType stored;
  private final int layer;
  private final BoundaryActivations outputs;
  private final int validationBatches;
  private final TrainingListener listener;

  VariantTrainer(
      DeviceMemory scope,
      BlockRunner runner,
      Distillation distillation,
      TensorType stored,
      int layer,
      BoundaryActivations outputs,
      int validationBatches,
      Consumer<LostStep> lost) {
    this.scope = scope;
    this.runner = runner;
    this.distillation = distillation;
    this.stored = stored;
    this.layer = layer;
    this.outputs = outputs;
    this.validationBatches = validationBatches;
    this.listener =
        new TrainingListener() {
          @Override
          public void step(int stepsDone, double loss) {}

          @Override
          public void lost(LostStep step) {
            lost.accept(step);
          }
        };
  }

  /**
   * Trains and measures.
   *
   * @param stateFile where the training is kept every so many steps; gone when it has ended
   */
  void train(Training training, Path stateFile, Sink sink) throws IOException {
    BlockImitation objective =
        new BlockImitation(
            scope,
            runner,
            training,
            distillation.seed(),
            layer,
            outputs,
            validationBatches,
            stored);
    double[] before = objective.startLosses();
    if (!objective.hasParameters()) {
      sink.accept(results(training, before, before, 0), List.of());
      return;
    }
    new Trainer(distillation.settings(), stateFile, listener)
        .train(
            scope,
            objective,
            trained -> {
              List<DeviceTensor> parameters = List.copyOf(trained.parameters().values());
              double[] after = objective.losses(parameters);
              sink.accept(results(training, before, after, trained.steps()), parameters);
              return trained;
            });
    Files.deleteIfExists(stateFile);
  }

  private static List<Result> results(
      Training training, double[] before, double[] after, int steps) {
    List<Result> results = new ArrayList<>();
    for (int i = 0; i < training.views().size(); i++) {
      results.add(new Result(training.views().get(i), before[i], after[i], steps));
    }
    return results;
  }
}
