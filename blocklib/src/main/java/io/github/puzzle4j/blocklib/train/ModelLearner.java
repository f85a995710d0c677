package io.github.puzzle4j.blocklib.train;

import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.DeviceTensor;
import io.github.puzzle4j.blocklib.tensor.Gradients;
import java.util.SequencedMap;

/** All weights of a model under training. */
record ModelLearner(LanguageModel model, Losses losses) implements Objective.Learner {

  /** Computes the loss of a model on a batch, and adds a share of its gradients. */
  @FunctionalInterface
  interface Losses {
    float backward(
        DeviceMemory scope, Gradients gradients, LanguageModel model, int batch, float share);

    /** As {@link Objective.Learner#passLess}. */
    default boolean passLess() {
      return false;
    }
  }

  @Override
  public SequencedMap<String, DeviceTensor> parameters() {
    return model.parameters();
  }

  @Override
  public float backward(DeviceMemory scope, Gradients gradients, int draw, int batch, float share) {
    return losses.backward(scope, gradients, model, batch, share);
  }

  @Override
  public boolean passLess() {
    return losses.passLess();
  }
}
