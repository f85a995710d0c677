package io.github.puzzle4j.blocklib.tensor;

import ai.djl.engine.Engine;
import ai.djl.training.GradientCollector;

/**
 * Records operations, so that gradients can be computed. One at a time in a process. Gradients of
 * all backward passes add up, those of earlier recordings too; {@link Kernels#adamw} sets them to
 * zero.
 */
public final class Gradients implements AutoCloseable {

  private final GradientCollector collector = Engine.getInstance().newGradientCollector();

  private Gradients() {}

  /** Begins to record. */
  public static Gradients record() {
    return new Gradients();
  }

  /** Adds the gradients of a single number to those of all tensors that collect them. */
  public void backward(DeviceTensor loss) {
    collector.backward(loss.array());
  }

  /**
   * Adds a share of the gradients of a loss.
   *
   * @return the loss; if it is NaN or infinite, nothing is added
   */
  public float backward(DeviceTensor loss, float share) {
    float value = loss.toFloat();
    if (Float.isFinite(value)) {
      backward(share == 1 ? loss : loss.mul(share));
    }
    return value;
  }

  /** Ends the recording; collected gradients stay. */
  @Override
  public void close() {
    collector.close();
  }
}
