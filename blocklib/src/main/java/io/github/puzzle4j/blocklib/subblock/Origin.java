package io.github.puzzle4j.blocklib.subblock;

import io.github.puzzle4j.blocklib.arch.Subblock;
import io.github.puzzle4j.blocklib.tensor.DeviceTensor;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The teacher's subblock from which initial weights are made.
 *
 * @param own its kind and sizes
 * @param weights its tensors by {@link Subblock#tensors}
 * @param hiddenSize width of the residual stream
 * @param channelOrder its channels from the largest contribution down; empty if they are not ranked
 */
public record Origin(
    Subblock own, Map<String, DeviceTensor> weights, int hiddenSize, List<Long> channelOrder) {

  public Origin {
    channelOrder = List.copyOf(channelOrder);
  }

  /** A subblock whose channels are not ranked. */
  public Origin(Subblock own, Map<String, DeviceTensor> weights, int hiddenSize) {
    this(own, weights, hiddenSize, List.of());
  }

  DeviceTensor weight(String name) {
    return Objects.requireNonNull(weights.get(name), name);
  }
}
