package io.github.puzzle4j.blocklib.subblock;

import io.github.puzzle4j.blocklib.arch.CommonParts;
import io.github.puzzle4j.blocklib.arch.Subblock;
import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.DeviceTensor;
import io.github.puzzle4j.blocklib.tensor.Precision;
import java.util.Map;
import java.util.Objects;

/** Tables and settings that the subblocks of one model share. */
public final class KernelContext {

  private final double normEpsilon;
  private final TensorType products;
  private final RotaryTable rotary;
  private final WindowMasks windows;
  private final InputObserver observer;

  /**
   * The context of a model.
   *
   * @param memory must outlive it
   * @param precision of matrix products
   * @param observer sees what the matrices of subblocks are multiplied with
   */
  public KernelContext(
      DeviceMemory memory, CommonParts common, Precision precision, InputObserver observer) {
    this.observer = observer;
    this.normEpsilon = common.normEpsilon();
    this.products = precision.type();
    this.rotary = new RotaryTable(memory, common);
    this.windows = new WindowMasks(memory);
  }

  /** What the products of a subblock or the head read: the norm of hidden states. */
  public DeviceTensor normed(DeviceTensor hidden, DeviceTensor gain) {
    return inProducts(exactlyNormed(hidden, gain));
  }

  DeviceTensor exactlyNormed(DeviceTensor hidden, DeviceTensor gain) {
    return hidden.rmsNorm(gain, normEpsilon);
  }

  /** Rounded to the type of products. */
  DeviceTensor inProducts(DeviceTensor tensor) {
    return tensor.type() == products ? tensor : tensor.cast(products);
  }

  /**
   * The product of a matrix of a subblock.
   *
   * @param name of the matrix, as in {@link Subblock#tensors}
   */
  DeviceTensor product(DeviceTensor input, Map<String, DeviceTensor> weights, String name) {
    observer.see(name, input);
    return input.linear(Objects.requireNonNull(weights.get(name), name));
  }

  RotaryTable.Angles angles(long tokens, int headDim) {
    return rotary.angles(tokens, headDim);
  }

  DeviceTensor mask(long tokens, int window) {
    return windows.mask(tokens, window);
  }
}
