package io.github.puzzle4j.blocklib.train;

import io.github.puzzle4j.blocklib.tensor.Precision;

/**
 * How a teacher is trained from nothing.
 *
 * @param rate learning rate over all steps
 * @param weightDecay of AdamW
 * @param gradientClip largest global norm of the gradients
 * @param precision type of the matrix products
 * @param seed of the initial weights
 * @param checkpointSteps steps between states on disk from which a stopped training goes on
 */
public record TeacherTraining(
    LearningRate rate,
    double weightDecay,
    double gradientClip,
    Precision precision,
    long seed,
    int checkpointSteps) {

  public TeacherTraining {
    if (!(weightDecay >= 0) || !(gradientClip > 0) || checkpointSteps < 1) {
      throw new IllegalArgumentException(
          "weightDecay=%s, gradientClip=%s, checkpointSteps=%d"
              .formatted(weightDecay, gradientClip, checkpointSteps));
    }
  }
}
