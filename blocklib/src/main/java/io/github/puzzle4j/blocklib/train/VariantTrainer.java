package io.github.puzzle4j.blocklib.train;

import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.DeviceTensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/** Runs the trainings of one layer and measures their held-out losses. */
public final class VariantTrainer {

  /**
   * The result of one variant.
   *
   * @param before held-out loss with the initial weights
   * @param after held-out loss with the best weights; may be higher
   * @param losses of the optimizer steps
   */
  public record Result(double before, double after, LossCurve losses) {

    /** Optimizer steps. */
    public int steps() {
      return losses.steps();
    }

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

  private final DeviceMemory scope;
  private final TensorType stored;
  private final int validationBatches;
  private final TrainingListener listener;

  /**
   * A trainer.
   *
   * @param scope of native memory
   * @param stored type to which weights are rounded before they are measured
   * @param validationBatches how many of the last batches are held out
   * @param listener receives the events of all trainings
   */
  public VariantTrainer(
      DeviceMemory scope, TensorType stored, int validationBatches, TrainingListener listener) {
    this.scope = scope;
    this.stored = stored;
    this.validationBatches = validationBatches;
    this.listener = listener;
  }

  /**
   * Trains and measures.
   *
   * @param stateFile state of the running training; deleted when it has ended
   */
  public void train(Training training, TrainingSettings settings, Path stateFile, Sink sink)
      throws IOException {
    BlockImitation initial = new BlockImitation(scope, training, validationBatches, stored);
    double[] before = initial.startLosses();
    if (!initial.hasParameters()) {
      sink.accept(results(before, before, LossCurve.before(0)), new LinkedHashMap<>());
      return;
    }
    if (training.fits().isEmpty()) {
      new Trainer(settings, stateFile, listener)
          .train(
              scope,
              initial,
              trained -> {
                double[] after = initial.losses(trained.parameters());
                sink.accept(results(before, after, trained.losses()), trained.parameters());
                return trained;
              });
    } else {
      trainFitted(training, initial, settings, stateFile, sink);
    }
    Files.deleteIfExists(stateFile);
  }

  /** Fits, trains from there, and fits the better of both. */
  private void trainFitted(
      Training training,
      BlockImitation initial,
      TrainingSettings settings,
      Path stateFile,
      Sink sink)
      throws IOException {
    try (DeviceMemory kept = scope.newScope()) {
      List<OutputFit> earlier = training.fits().stream().filter(OutputFit::first).toList();
      List<OutputFit> later = training.fits().stream().filter(fit -> !fit.first()).toList();
      Fitted first =
          new Fitted(training.start().parameters(kept), initial.startLoss(), false)
              .by(earlier, kept, initial);
      BlockImitation objective = first.fitted() ? initial.startingWith(first) : initial;
      new Trainer(settings, stateFile, listener)
          .train(
              scope,
              objective,
              trained -> {
                double loss = objective.losses(trained.parameters())[0];
                Fitted last =
                    loss < first.loss()
                        ? new Fitted(trained.parameters(), loss, false)
                            .by(training.fits(), kept, objective)
                        : first.by(later, kept, objective);
                double[] after = {last.loss()};
                sink.accept(
                    results(initial.startLosses(), after, trained.losses()), last.parameters());
                return trained;
              });
    }
  }

  private static List<Result> results(double[] before, double[] after, LossCurve losses) {
    List<Result> results = new ArrayList<>();
    for (int i = 0; i < before.length; i++) {
      results.add(new Result(before[i], after[i], losses));
    }
    return results;
  }
}
