package io.github.puzzle4j.blocklib.train;

import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.Gradients;
import io.github.puzzle4j.blocklib.tensor.OptimizerState;
import java.util.List;
import java.util.stream.IntStream;

/**
 * One optimizer step: gradients of the mean of some losses, clipping, AdamW.
 *
 * @param clip largest global norm of the gradients
 * @param decay of matrices
 */
record OptimizerStep(double clip, double decay) {

  /** Computes one of the losses and adds a share of its gradients to those of the state. */
  @FunctionalInterface
  interface Losses {

    /** The loss; if it is NaN or infinite, gradients may be incomplete. */
    float backward(DeviceMemory scope, Gradients gradients, int index, float share);
  }

  /**
   * The result of a step.
   *
   * @param loss the mean before the step
   * @param lost which of the losses may have been NaN or infinite, or had such gradients; if there
   *     are any, nothing was changed
   */
  record Result(double loss, List<Integer> lost) {

    boolean taken() {
      return lost.isEmpty();
    }
  }

  /** Changes the parameters in place. */
  Result take(DeviceMemory parent, OptimizerState state, double rate, int count, Losses losses) {
    double sum = 0;
    try (Gradients gradients = Gradients.record()) {
      for (int index = 0; index < count; index++) {
        try (DeviceMemory scope = parent.newScope()) {
          float loss = losses.backward(scope, gradients, index, 1f / count);
          if (!Float.isFinite(loss)) {
            return new Result(loss, List.of(index));
          }
          sum += loss;
        }
      }
    }
    if (!Double.isFinite(state.clip(clip))) {
      return new Result(sum / count, IntStream.range(0, count).boxed().toList());
    }
    state.step(rate, decay);
    return new Result(sum / count, List.of());
  }
}
