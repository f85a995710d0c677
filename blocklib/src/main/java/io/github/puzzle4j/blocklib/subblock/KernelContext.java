package io.github.puzzle4j.blocklib.subblock;

import io.github.puzzle4j.blocklib.arch.CommonParts;
import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.DeviceTensor;
import io.github.puzzle4j.blocklib.tensor.Kernels;
import io.github.puzzle4j.blocklib.tensor.Precision;

/** Kernels and tables that the subblocks of one model share. */
public final class KernelContext {

  private final Kernels kernels;
  private final RotaryTable rotary;
  private final WindowMasks windows;
  private final DeviceTensor none;

  /**
   * Loads the kernels.
   *
   * @param memory must outlive them
   */
  public KernelContext(DeviceMemory memory, CommonParts common, Precision precision) {
    this.kernels = new Kernels(memory, precision, common.normEpsilon());
    this.rotary = new RotaryTable(memory, common);
    this.windows = new WindowMasks(memory);
    this.none = memory.zeros(0);
  }

  /** The kernels. */
  public Kernels kernels() {
    return kernels;
  }

  RotaryTable.Angles angles(long tokens, int headDim) {
    return rotary.angles(tokens, headDim);
  }

  /** The empty tensor that stands for an absent argument. */
  DeviceTensor none() {
    return none;
  }

  DeviceTensor mask(long tokens, int window) {
    return windows.mask(tokens, window);
  }
}
