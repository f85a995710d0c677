package io.github.puzzle4j.blocklib.train;

/**
 * How parameters are trained.
 *
 * @param rate learning rate over the steps
 * @param weightDecay of AdamW
 * @param gradientClip largest global norm of the gradients
 * @param seed of the order of batches
 * @param steps optimizer steps at most; 0 leaves the initial parameters
 * @param earlyStop when a training ends before its last step
 * @param checkpointSteps steps between states on disk, from which a stopped training continues, and
 *     to which one returns after NaN or infinity
 */
public record TrainingSettings(
    LearningRate rate,
    double weightDecay,
    double gradientClip,
    long seed,
    int steps,
    EarlyStop earlyStop,
    int checkpointSteps) {

  /**
   * When a training ends early. The parameters with the lowest validation loss are kept in any case.
   *
   * @param everySteps steps between two validations; 0 for none before the end
   * @param patience validations in a row without a lower loss
   */
  public record EarlyStop(int everySteps, int patience) {

    public EarlyStop {
      if (everySteps < 0 || patience < 1) {
        throw new IllegalArgumentException(
            "everySteps=%d, patience=%d".formatted(everySteps, patience));
      }
    }

    /** All steps are done. */
    public static EarlyStop never() {
      return new EarlyStop(0, 1);
    }

    boolean looksAfter(int stepsDone) {
      return everySteps > 0 && stepsDone % everySteps == 0;
    }
  }

  public TrainingSettings {
    if (!(weightDecay >= 0) || !(gradientClip > 0)) {
      throw new IllegalArgumentException(
          "weightDecay=%s, gradientClip=%s".formatted(weightDecay, gradientClip));
    }
    if (steps < 0 || steps > rate.totalSteps() || checkpointSteps < 1) {
      throw new IllegalArgumentException(
          "steps=%d of %d, checkpointSteps=%d"
              .formatted(steps, rate.totalSteps(), checkpointSteps));
    }
  }

  /** All steps of the schedule, without early stop. */
  public TrainingSettings(
      LearningRate rate, double weightDecay, double gradientClip, long seed) {
    this(
        rate, weightDecay, gradientClip, seed, rate.totalSteps(), EarlyStop.never(), 200);
  }
}
