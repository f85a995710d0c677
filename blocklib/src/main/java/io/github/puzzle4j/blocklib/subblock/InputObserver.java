package io.github.puzzle4j.blocklib.subblock;

import io.github.puzzle4j.blocklib.arch.Subblock;
import io.github.puzzle4j.blocklib.tensor.DeviceTensor;

/** Sees what the matrices of subblocks are multiplied with. */
@FunctionalInterface
public interface InputObserver {

  /** Sees nothing. */
  InputObserver NONE = (_, _) -> {};

  /**
   * Called before each product.
   *
   * @param matrix its name, as in {@link Subblock#tensors}
   * @param input what it is multiplied with, which belongs to the caller
   */
  void see(String matrix, DeviceTensor input);
}
