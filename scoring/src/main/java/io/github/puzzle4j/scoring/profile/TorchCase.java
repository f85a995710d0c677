package io.github.puzzle4j.scoring.profile;

import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import java.util.function.Function;

/**
 * One piece of work in libtorch.
 *
 * @param copies of the weights; a lap uses each once
 * @param preparation makes the weights in a scope, and returns the lap
 */
record TorchCase(String what, Work work, int copies, Function<DeviceMemory, Lap> preparation) {

  /** One call on each copy of the weights, complete when it returns. */
  @FunctionalInterface
  interface Lap {
    void run();
  }

  Lap prepare(DeviceMemory scope) {
    return preparation.apply(scope);
  }
}
