package io.github.puzzle4j.blocklib.train;

import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.checkpoint.TensorSource;
import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.DeviceTensor;
import io.github.puzzle4j.blocklib.tensor.Gradients;
import io.github.puzzle4j.blocklib.tensor.OptimizerState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Trains a small teacher from nothing by next-token prediction. */
public final class TeacherTrainer {

  /** Is told what happens while a training runs. */
  @FunctionalInterface
  public interface Listener {

    /**
     * A step has ended.
     *
     * @param stepsDone steps done so far, those of earlier runs included
     * @param loss nats per predicted token
     */
    void step(int stepsDone, double loss);
  }

  private final Model model;
  private final TeacherTraining training;
  private final Path stateFile;

  /**
   * A training of a model of this shape.
   *
   * @param stateFile where the training is kept while it runs; deleted at its end
   */
  public TeacherTrainer(Model model, TeacherTraining training, Path stateFile) {
    this.model = model;
    this.training = training;
    this.stateFile = stateFile;
  }

  /**
   * Trains to the end, from where an earlier run stopped if there was one.
   *
   * @param parent the weights and all results live there
   * @return the weights in float32
   * @throws IOException if the state cannot be read or written
   */
  public TensorSource train(DeviceMemory parent, TokenBatchSource batches, Listener listener)
      throws IOException {
    TensorSource initial = InitialWeights.of(model, training.seed());
    try (LanguageModel trained =
        LanguageModel.load(parent, model, initial, training.precision())) {
      List<String> names = List.copyOf(trained.parameters().keySet());
      List<DeviceTensor> parameters = new ArrayList<>(trained.parameters().values());
      try (OptimizerState state = new OptimizerState(parent, parameters)) {
        int done = TrainingState.restore(parent, stateFile, names, state);
        for (int step = done; step < training.rate().totalSteps(); step++) {
          double loss = step(parent, trained, state, batches.batch(step), step);
          listener.step(step + 1, loss);
          if ((step + 1) % training.checkpointSteps() == 0) {
            TrainingState.save(stateFile, names, state, step + 1);
          }
        }
        TensorSource weights = trained.tensors(TensorType.F32);
        Files.deleteIfExists(stateFile);
        return weights;
      }
    }
  }

  private double step(
      DeviceMemory parent, LanguageModel model, OptimizerState state, TokenBatch batch, int step) {
    double loss;
    try (DeviceMemory scope = parent.newScope();
        Gradients collector = Gradients.record()) {
      DeviceTensor logits = model.forward(batch.ids(scope), true);
      DeviceTensor mean =
          model
              .runner()
              .kernels()
              .call(
                  "token_loss", true, logits, List.of(batch.targets(scope), batch.weights(scope)));
      collector.backward(mean);
      loss = mean.toFloat();
    }
    if (!Double.isFinite(loss)) {
      throw new ArithmeticException(
          "the loss of step %d is %s; a lower learning rate may help".formatted(step, loss));
    }
    model
        .runner()
        .kernels()
        .adamw(state, training.rate().at(step), training.weightDecay(), training.gradientClip());
    return loss;
  }
}
