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

  /**
   * Loads the kernels.
   *
   * @param memory must outlive them
   */
  public KernelContext(DeviceMemory memory, CommonParts common, Precision precision) {
    this.kernels = new Kernels(memory, precision, common.normEpsilon());
    this.rotary = new RotaryTable(memory, common);
    this.windows = new WindowMasks(memory);
  }

  /** The kernels. */
  public Kernels kernels() {
    return kernels;
  }

  RotaryTable.Angles angles(long tokens, int headDim) {
    return rotary.angles(tokens, headDim);
  }

  DeviceTensor mask(long tokens, int window) {
    return windows.mask(tokens, window);
  }
}
