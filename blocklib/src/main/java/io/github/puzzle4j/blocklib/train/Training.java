package io.github.puzzle4j.blocklib.train;

import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.DeviceTensor;
import java.io.IOException;
import java.util.List;

/**
 * Parameters that are trained together, and the variants that come out of them: one, or several
 * that share them.
 *
 * @param name in file names
 * @param start makes the parameters as they are before the first step
 * @param views the variants
 * @param from what the variants are run on
 */
record Training(
    SubblockKind kind, String name, Start start, List<View> views, BoundaryActivations from) {

  /** Makes initial parameters, the same each time. */
  @FunctionalInterface
  interface Start {
    List<DeviceTensor> parameters(DeviceMemory scope) throws IOException;
  }

  /** How the weights of a variant come out of the parameters; gradients flow through it. */
  @FunctionalInterface
  interface Cut {
    List<DeviceTensor> weights(DeviceMemory scope, List<DeviceTensor> parameters);
  }

  /** From what enters the variant to the output of its block. */
  @FunctionalInterface
  interface Pass {
    DeviceTensor output(DeviceTensor input, List<DeviceTensor> weights, boolean training);
  }

  /** One variant of a training. */
  record View(String variant, Cut cut, Pass pass) {

    /** A variant whose weights are the parameters. */
    static View whole(String variant, Pass pass) {
      return new View(variant, (scope, parameters) -> parameters, pass);
    }
  }

  Training {
    views = List.copyOf(views);
  }

  /** Depends on what is trained and on nothing that ran before. */
  long seed(long seed, int layer) {
    return seed * 1_000_003L + layer * 31L + (kind.id() + name).hashCode();
  }
}
