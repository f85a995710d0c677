package io.github.puzzle4j.blocklib.train;

import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.DeviceTensor;
import io.github.puzzle4j.blocklib.tensor.Gradients;
import io.github.puzzle4j.blocklib.tensor.Kernels;
import io.github.puzzle4j.blocklib.tensor.OptimizerState;
import java.util.List;
import java.util.function.Function;

/**
 * One optimizer step towards the output of the teacher's block. The loss is the normalised MSE
 * (Puzzle, arXiv 2411.19146, section 3): the mean square of the difference over that of the target.
 */
final class BlockStep {

  private final Kernels kernels;
  private final double clip;
  private final double decay;

  /**
   * Steps of one training.
   *
   * @param clip largest global norm of the gradients
   * @param decay of matrices
   */
  BlockStep(Kernels kernels, double clip, double decay) {
    this.kernels = kernels;
    this.clip = clip;
    this.decay = decay;
  }

  /** The loss of an output. */
  DeviceTensor loss(DeviceTensor output, DeviceTensor target, boolean training) {
    return kernels.call("block_loss", training, output, List.of(target));
  }

  /**
   * Changes the parameters in place.
   *
   * @param output computes what the block puts out in a scope, from the parameters of the state
   * @param target loads what the teacher's block puts out
   * @return false if loss or gradients are no numbers: then nothing was changed
   */
  boolean take(
      DeviceMemory parent,
      OptimizerState state,
      double rate,
      Function<DeviceMemory, DeviceTensor> output,
      Function<DeviceMemory, DeviceTensor> target) {
    try (DeviceMemory scope = parent.newScope();
        Gradients collector = Gradients.record()) {
      DeviceTensor loss = loss(output.apply(scope), target.apply(scope), true);
      if (!Float.isFinite(loss.toFloat())) {
        return false;
      }
      collector.backward(loss);
    }
    if (!Double.isFinite(kernels.clip(state, clip))) {
      return false;
    }
    kernels.adamw(state, rate, decay);
    return true;
  }
}
