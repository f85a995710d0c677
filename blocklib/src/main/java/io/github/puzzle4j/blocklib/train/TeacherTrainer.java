package io.github.puzzle4j.blocklib.train;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.checkpoint.Tensor;
import io.github.puzzle4j.blocklib.checkpoint.TensorSource;
import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.DeviceTensor;
import io.github.puzzle4j.blocklib.tensor.Gradients;
import io.github.puzzle4j.blocklib.tensor.Losses;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Trains a small teacher from scratch by next-token prediction. */
public final class TeacherTrainer {

  private final Model model;
  private final TeacherTraining training;
  private final Path stateFile;

  /**
   * A training of such a model.
   *
   * @param stateFile state of the running training; the caller removes it when the result has been
   *     written
   */
  public TeacherTrainer(Model model, TeacherTraining training, Path stateFile) {
    this.model = model;
    this.training = training;
    this.stateFile = stateFile;
  }

  /**
   * Trains to the end, from where an earlier run stopped if there was one.
   *
   * @param batches in the order in which steps take them
   * @return the weights in float32
   * @throws InvalidInputException if the loss becomes NaN or infinite repeatedly, or if the state
   *     is that of another model
   * @throws IOException if the state cannot be read or written
   */
  public TensorSource train(
      DeviceMemory parent, TokenBatchSource batches, TrainingListener listener) throws IOException {
    NextToken objective = new NextToken(model, training, batches);
    return new Trainer(training.settings(), stateFile, listener)
        .train(
            parent, objective, trained -> copy(trained.complete(objective.name(), TensorType.F32)));
  }

  private static TensorSource copy(TensorSource trained) throws IOException {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (String name : trained.names()) {
      tensors.put(name, trained.tensor(name));
    }
    return TensorSource.of(tensors);
  }

  private record NextToken(Model model, TeacherTraining training, TokenBatchSource source)
      implements Objective {

    @Override
    public String name() {
      return "the teacher's training";
    }

    @Override
    public Learner start(DeviceMemory memory) throws IOException {
      TensorSource initial = InitialWeights.of(model, training.seed());
      return new ModelLearner(
          LanguageModel.load(memory, model, initial, training.precision()), this::backward);
    }

    private float backward(
        DeviceMemory scope, Gradients gradients, LanguageModel learned, int batch, float share) {
      TokenBatch tokens = source.batch(batch);
      DeviceTensor logits = learned.forward(tokens.ids(scope));
      DeviceTensor loss = Losses.crossEntropy(logits, tokens.targets(scope), tokens.weights(scope));
      return gradients.backward(loss, share);
    }

    /** The source has no end. */
    @Override
    public int batches() {
      return Integer.MAX_VALUE;
    }

    @Override
    public int batch(int draw) {
      return draw;
    }
  }
}
