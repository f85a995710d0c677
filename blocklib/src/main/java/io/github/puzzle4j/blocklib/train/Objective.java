package io.github.puzzle4j.blocklib.train;

import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.DeviceTensor;
import io.github.puzzle4j.blocklib.tensor.Kernels;
import java.io.IOException;
import java.util.OptionalDouble;
import java.util.SequencedMap;

/**
 * What a {@link Trainer} trains, and towards what. Everything depends on its arguments alone, so
 * that a training that was stopped goes on to the same bits.
 */
interface Objective {

  /** Parameters and what is computed from them. */
  interface Learner {

    /** What is trained, by names that stay the same. */
    SequencedMap<String, DeviceTensor> parameters();

    /** Where clipping and AdamW are. */
    Kernels kernels();

    /**
     * The loss on a batch, from the parameters as they are now; gradients flow to them.
     *
     * @param scope owns what is computed
     * @param draw number of the draw, counted from 0 over all steps
     * @param batch which was drawn
     */
    DeviceTensor loss(DeviceMemory scope, int draw, int batch);

    /** The loss on batches that are not trained on; empty where none are held out. */
    default OptionalDouble heldOutLoss() {
      return OptionalDouble.empty();
    }
  }

  /** What is trained, for messages. */
  String name();

  /** The learner as it is before the first step, the same each time. */
  Learner start(DeviceMemory memory) throws IOException;

  /** The {@linkplain Learner#heldOutLoss held-out loss} at the start; only less is better. */
  default double startLoss() {
    return Double.POSITIVE_INFINITY;
  }

  /** Batches to draw from. */
  int batches();

  /** The batch of a draw, below {@link #batches}. */
  int batch(int draw);
}
