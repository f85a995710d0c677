package io.github.puzzle4j.blocklib.train;

import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.DeviceTensor;
import io.github.puzzle4j.blocklib.tensor.Gradients;
import java.io.IOException;
import java.util.OptionalDouble;
import java.util.SequencedMap;

/**
 * What a {@link Trainer} trains, and its loss. All methods depend only on their arguments, so that
 * a resumed training gives the same bits.
 */
interface Objective {

  /** Parameters and what is computed from them. */
  interface Learner {

    /** The trained tensors, by stable names. */
    SequencedMap<String, DeviceTensor> parameters();

    /**
     * Computes the loss on a batch from the parameters as they are now, and adds a share of its
     * gradients to theirs.
     *
     * @param scope owns what is computed
     * @param draw number of the draw, counted from 0 over all steps
     * @param batch which was drawn
     * @param share of the gradients
     * @return the loss; if it is NaN or infinite, gradients may be incomplete
     */
    float backward(DeviceMemory scope, Gradients gradients, int draw, int batch, float share);

    /** After the device ran out of memory: whether less of a batch will pass at a time. */
    default boolean passLess() {
      return false;
    }

    /** The loss on batches that are not trained on; empty where none are held out. */
    default OptionalDouble heldOutLoss() {
      return OptionalDouble.empty();
    }
  }

  /** What is trained, for messages. */
  String name();

  /** The learner as it is before the first step, the same each time. */
  Learner start(DeviceMemory memory) throws IOException;

  /**
   * The {@linkplain Learner#heldOutLoss held-out loss} at the start; trained parameters must be
   * below it.
   */
  default double startLoss() {
    return Double.POSITIVE_INFINITY;
  }

  /** Batches to draw from. */
  int batches();

  /** The batch of a draw, below {@link #batches}. */
  int batch(int draw);
}
