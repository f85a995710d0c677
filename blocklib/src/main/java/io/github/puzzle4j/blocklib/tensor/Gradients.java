package io.github.puzzle4j.blocklib.tensor;

import ai.djl.engine.Engine;
import ai.djl.training.GradientCollector;

/**
 * Records operations, so that gradients can be computed. One at a time in a process. Gradients of
 * several backward passes add up until it is closed; a new recording begins with zeros.
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

  /** Ends the recording; collected gradients stay. */
  @Override
  public void close() {
    collector.close();
  }
}
