package io.github.puzzle4j.blocklib.subblock;

import io.github.puzzle4j.blocklib.arch.CommonParts;
import io.github.puzzle4j.blocklib.arch.Subblock;
import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.DeviceTensor;
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
   * @param products type of matrix products; float64 for hidden states and weights of that type
   * @param observer sees what the matrices of subblocks are multiplied with
   */
  public KernelContext(
      DeviceMemory memory, CommonParts common, TensorType products, InputObserver observer) {
    this.observer = observer;
    this.normEpsilon = common.normEpsilon();
    this.products = products;
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

  /** In float32, as what norms read is, unless it is more exact. */
  DeviceTensor exact(DeviceTensor tensor) {
    return tensor.type() == TensorType.F64 ? tensor : tensor.cast(TensorType.F32);
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
