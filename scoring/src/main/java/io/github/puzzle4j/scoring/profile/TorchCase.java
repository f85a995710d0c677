package io.github.puzzle4j.scoring.profile;

import ai.djl.ndarray.NDManager;
import java.util.function.Function;

/**
 * One piece of work in libtorch.
 *
 * @param copies of the weights; a lap uses each once
 * @param preparation makes the weights in a scope, and what runs a lap
 */
record TorchCase(String what, Work work, int copies, Function<NDManager, Lap> preparation) {

  /** One call on each copy of the weights, complete when it returns. */
  @FunctionalInterface
  interface Lap {
    void run();
  }

  Lap prepare(NDManager scope) {
    return preparation.apply(scope);
  }
}
