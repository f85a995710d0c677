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

  /**
   * The state of an earlier run is damaged, and the training starts again.
   *
   * @param why one line that names the file
   */
  default void startedAgain(String why) {}
}
