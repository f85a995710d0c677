package io.github.puzzle4j.blocklib.train;

import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.DeviceTensor;
import io.github.puzzle4j.blocklib.tensor.Kernels;
import java.util.SequencedMap;

/** All weights of a model under training. */
record ModelLearner(LanguageModel model, Losses losses) implements Objective.Learner {

  /** Computes the loss of a model on a batch. */
  @FunctionalInterface
  interface Losses {
    DeviceTensor loss(DeviceMemory scope, LanguageModel model, int batch);
  }

  @Override
  public SequencedMap<String, DeviceTensor> parameters() {
    return model.parameters();
  }

  @Override
  public Kernels kernels() {
    return model.runner().kernels();
  }

  @Override
  public DeviceTensor loss(DeviceMemory scope, int draw, int batch) {
    return losses.loss(scope, model, batch);
  }
}
