package io.github.puzzle4j.blocklib.train;

import io.github.puzzle4j.blocklib.tensor.DeviceTensor;

/** What is computed of a model's predictions, apart for each position. */
@FunctionalInterface
public interface PositionMetric {

  /**
   * The values.
   *
   * @param model predictions of the model that is measured
   * @param teacher those of its teacher at the same positions
   * @return float32, one value for each position
   */
  DeviceTensor of(Predictions model, Predictions teacher);

  /**
   * Whether it reads logits, ranks or greedy tokens. Such metrics are computed before the others,
   * so that logits are computed once and are not kept for the rest.
   */
  default boolean readsLogits() {
    return false;
  }
}
