package io.github.puzzle4j.blocklib.train;

import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.Gradients;
import io.github.puzzle4j.blocklib.tensor.OptimizerState;
import io.github.puzzle4j.blocklib.tensor.engine.OutOfDeviceMemoryException;
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

    /** After the device ran out of memory: whether less of a batch will pass at a time. */
    default boolean passLess() {
      return false;
    }
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

  /**
   * Changes the parameters in place. Where the device runs out of memory, the step begins again
   * with less of a batch at a time.
   */
  Result take(DeviceMemory parent, OptimizerState state, double rate, int count, Losses losses) {
    Result mean = mean(parent, state, count, losses);
    if (!mean.taken()) {
      return mean;
    }
    if (!Double.isFinite(state.clip(clip))) {
      return new Result(mean.loss(), IntStream.range(0, count).boxed().toList());
    }
    state.step(rate, decay);
    return mean;
  }

  private static Result mean(DeviceMemory parent, OptimizerState state, int count, Losses losses) {
    while (true) {
      try {
        return backward(parent, count, losses);
      } catch (OutOfDeviceMemoryException e) {
        state.clearGradients();
        if (!losses.passLess()) {
          throw e;
        }
      }
    }
  }

  private static Result backward(DeviceMemory parent, int count, Losses losses) {
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
    return new Result(sum / count, List.of());
  }
}
