package io.github.puzzle4j.blocklib.tensor;

import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Records the operations of this thread, so that gradients can be computed. Gradients of all
 * backward passes add up, those of earlier recordings too, until {@link OptimizerState#step} takes
 * them. Each thread records by itself.
 */
public final class Gradients implements AutoCloseable {

  private final Tape tape = Tape.begin();

  private Gradients() {}

  /** Whether this thread's operations are recorded now. */
  public static boolean areRecorded() {
    return Tape.isOn();
  }

  /** Begins to record. */
  public static Gradients record() {
    return new Gradients();
  }

  /**
   * Adds the gradients of a single number to those of all tensors that collect them. What was
   * recorded for it is forgotten.
   */
  public void backward(DeviceTensor loss) {
    seed(loss, 1);
    tape.backward();
  }

  /**
   * Adds a share of the gradients of a loss.
   *
   * @return the loss; if it is NaN or infinite, nothing is added
   */
  public float backward(DeviceTensor loss, float share) {
    float value = loss.toFloat();
    if (Float.isFinite(value)) {
      seed(loss, share);
      tape.backward();
    }
    return value;
  }

  /**
   * Goes back from a tensor whose gradient is known, and from some losses.
   *
   * @param gradient with respect to the tensor, of its shape
   * @param losses single numbers
   * @param share of the gradients of the losses that is added
   */
  public void backward(
      DeviceTensor tensor, DeviceTensor gradient, List<DeviceTensor> losses, float share) {
    Tape.seed(tensor, tensor.operations().alias(gradient.handle().get()), false);
    losses.forEach(loss -> seed(loss, share));
    tape.backward();
  }

  private static void seed(DeviceTensor loss, float share) {
    Tape.seed(loss, loss.operations().full(share, loss.shape()), true);
  }

  /**
   * A computation of which only the input is kept: the backward pass computes it again. For memory,
   * at the price of a second forward pass (Chen et al., arXiv 1604.06174).
   *
   * @param input what it starts from; everything else that it reads must outlive the backward pass
   * @param computation returns one tensor, in the memory of what it is given
   * @return the result, in the memory of the input
   */
  public DeviceTensor recomputed(DeviceTensor input, UnaryOperator<DeviceTensor> computation) {
    return Recomputation.of(tape, input, computation);
  }

  /** Ends the recording; collected gradients stay. */
  @Override
  public void close() {
    tape.end();
  }
}
