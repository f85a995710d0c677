package io.github.puzzle4j.blocklib.subblock;

import io.github.puzzle4j.blocklib.arch.Subblock;
import io.github.puzzle4j.blocklib.tensor.DeviceTensor;
import java.util.Map;
import java.util.Objects;

/** The teacher's subblock from which initial weights are made. */
public final class Origin {

  private static final long[] NOT_RANKED = {};

  private final Subblock own;
  private final Map<String, DeviceTensor> weights;
  private final int hiddenSize;
  private final long[] channelOrder;

  /** A subblock whose channels are not ranked. */
  public Origin(Subblock own, Map<String, DeviceTensor> weights, int hiddenSize) {
    this(own, weights, hiddenSize, NOT_RANKED);
  }

  /**
   * A subblock whose channels are ranked.
   *
   * @param own what it is
   * @param weights its tensors by {@link Subblock#tensors}
   * @param hiddenSize width of the residual stream
   * @param channelOrder its channels from the largest contribution down; empty if they are not
   *     ranked
   */
  public Origin(
      Subblock own, Map<String, DeviceTensor> weights, int hiddenSize, long[] channelOrder) {
    this.own = own;
    this.weights = weights;
    this.hiddenSize = hiddenSize;
    this.channelOrder = channelOrder.clone();
  }

  Subblock own() {
    return own;
  }

  int hiddenSize() {
    return hiddenSize;
  }

  long[] channelOrder() {
    return channelOrder.clone();
  }

  DeviceTensor weight(String name) {
    return Objects.requireNonNull(weights.get(name), name);
  }
}
