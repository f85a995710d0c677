package io.github.puzzle4j.blocklib.train;

import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.checkpoint.TensorSource;
import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.DeviceTensor;
import io.github.puzzle4j.blocklib.tensor.Gradients;
import io.github.puzzle4j.blocklib.tensor.Kernels;
import io.github.puzzle4j.blocklib.tensor.OptimizerState;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Trains a whole child to imitate its teacher: KL divergence of the output distributions plus one
 * minus the cosine of the hidden states behind each layer, without a loss on the text itself.
 */
public final class GlobalDistiller {

  /** Is told what happens while a repair runs. */
  @FunctionalInterface
  public interface Listener {

    /**
     * A step has ended.
     *
     * @param stepsDone steps done so far
     * @param loss cosine and KL together
     */
    void step(int stepsDone, double loss);
  }

  private record Outputs(List<DeviceTensor> hidden, DeviceTensor logits) {}

  private final GlobalDistillation distillation;
  private final Path stateFile;

  /**
   * A repair with these settings.
   *
   * @param stateFile where the training is kept while it runs
   */
  public GlobalDistiller(GlobalDistillation distillation, Path stateFile) {
    this.distillation = distillation;
    this.stateFile = stateFile;
  }

  /**
   * Trains the child's weights in place.
   *
   * @param alignment for each layer of the child the layer of the teacher after which both should
   *     agree, or -1, see {@code Child.alignment}
   * @param batches drawn from at random
   * @return the repaired weights
   * @throws ArithmeticException if the loss is no number any more
   * @throws IllegalArgumentException if the two models have other layers, hidden states or tokens
   */
  public TensorSource repair(
      DeviceMemory parent,
      LanguageModel teacher,
      LanguageModel child,
      List<Integer> alignment,
      List<TokenBatch> batches,
      TensorType stored,
      Listener listener) {
    requireComparable(teacher.model(), child.model(), alignment);
    List<DeviceTensor> parameters = new ArrayList<>(child.parameters().values());
    SplittableRandom random = new SplittableRandom(distillation.seed());
    try (OptimizerState state = new OptimizerState(parent, parameters)) {
      for (int step = 0; step < distillation.rate().totalSteps(); step++) {
        TokenBatch batch = batches.get(random.nextInt(batches.size()));
        listener.step(step + 1, step(parent, teacher, child, alignment, batch, state, step));
      }
    }
    return child.tensors(stored);
  }

  private static void requireComparable(Model teacher, Model child, List<Integer> alignment) {
    if (alignment.size() != child.layers().size()
        || alignment.stream().anyMatch(layer -> layer >= teacher.layers().size())
        || teacher.hiddenSize() != child.hiddenSize()
        || teacher.common().vocabularySize() != child.common().vocabularySize()) {
      throw new IllegalArgumentException(
          "a child of shape %d x %d with %d tokens cannot imitate a teacher of %d x %d with %d"
              .formatted(
                  child.layers().size(),
                  child.hiddenSize(),
                  child.common().vocabularySize(),
                  teacher.layers().size(),
                  teacher.hiddenSize(),
                  teacher.common().vocabularySize()));
    }
  }

  private double step(
      DeviceMemory parent,
      LanguageModel teacher,
      LanguageModel child,
      List<Integer> alignment,
      TokenBatch batch,
      OptimizerState state,
      int step) {
    double value;
    try (DeviceMemory scope = parent.newScope();
        Gradients collector = Gradients.record()) {
      DeviceTensor ids = batch.ids(scope);
      Outputs target = outputs(teacher, ids, false);
      Outputs output = outputs(child, ids, true);
      DeviceTensor loss = loss(child.runner().kernels(), alignment, output, target);
      value = loss.toFloat();
      if (!Double.isFinite(value)) {
        throw new ArithmeticException(
            "the loss of step %d is %s; a lower learning rate may help".formatted(step, value));
      }
      collector.backward(loss);
    }
    child
        .runner()
        .kernels()
        .adamw(
            state,
            distillation.rate().at(step),
            distillation.weightDecay(),
            distillation.gradientClip());
    return value;
  }

  private DeviceTensor loss(
      Kernels kernels, List<Integer> alignment, Outputs output, Outputs target) {
    DeviceTensor loss =
        kernels.call("distillation_loss", true, output.logits(), List.of(target.logits()));
    long compared = alignment.stream().filter(layer -> layer >= 0).count();
    float weight = (float) (distillation.cosineWeight() / compared);
    for (int layer = 0; layer < alignment.size(); layer++) {
      if (alignment.get(layer) >= 0) {
        DeviceTensor cosine =
            kernels.call(
                "cosine_loss",
                true,
                output.hidden().get(layer),
                List.of(target.hidden().get(alignment.get(layer))));
        loss = loss.add(cosine.mul(weight));
      }
    }
    return loss;
  }

  private static Outputs outputs(LanguageModel model, DeviceTensor ids, boolean training) {
    List<DeviceTensor> states = new ArrayList<>();
    DeviceTensor hidden = model.embed(ids, training);
    for (BlockWeights block : model.blocks()) {
      hidden = model.runner().block(block, hidden, training);
      states.add(hidden);
    }
    return new Outputs(states, model.logits(hidden, training));
  }
}
