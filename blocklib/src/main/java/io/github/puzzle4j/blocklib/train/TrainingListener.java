package io.github.puzzle4j.blocklib.train;

/** Receives the events of a training. */
@FunctionalInterface
public interface TrainingListener {

  /**
   * A step has ended.
   *
   * @param stepsDone steps done so far, those of earlier runs included
   * @param loss before the step: the mean over its batches
   */
  void step(int stepsDone, double loss);

  /** Loss or gradients became NaN or infinite, and the training went back to a good state. */
  default void lost(LostStep step) {}
}
