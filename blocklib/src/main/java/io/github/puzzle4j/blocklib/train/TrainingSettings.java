package io.github.puzzle4j.blocklib.train;

/**
 * The optimizer settings of a training.
 *
 * @param rate learning rate over all steps
 * @param steps maximum number of optimizer steps, within the rate's schedule; 0 keeps the initial
 *     weights
 * @param weightDecay of AdamW
 * @param gradientClip largest global norm of the gradients
 * @param batchesPerStep batches whose losses and gradients are averaged in each step: equivalent to
 *     one larger batch, in the memory of one
 * @param earlyStop when a training ends before its last step
 * @param checkpointSteps steps between states on disk, from which a stopped training resumes, and
 *     to which a training returns if its loss or gradients become NaN or infinite
 */
public record TrainingSettings(
    LearningRate rate,
    int steps,
    double weightDecay,
    double gradientClip,
    int batchesPerStep,
    EarlyStop earlyStop,
    int checkpointSteps) {

  private static final int CHECKPOINT_STEPS = 200;

  /**
   * When a training ends early. The best weights are used in any case.
   *
   * @param everySteps steps between measurements on held-out batches; 0 for none before the end
   * @param patience measurements in a row that may bring no improvement
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

    boolean isOver(int looksWithoutGain) {
      return everySteps > 0 && looksWithoutGain >= patience;
    }
  }

  public TrainingSettings {
    if (!(weightDecay >= 0) || !(gradientClip > 0)) {
      throw new IllegalArgumentException(
          "weightDecay=%s, gradientClip=%s".formatted(weightDecay, gradientClip));
    }
    if (steps < 0 || steps > rate.totalSteps() || batchesPerStep < 1 || checkpointSteps < 1) {
      throw new IllegalArgumentException(
          "steps=%d of %d, batchesPerStep=%d, checkpointSteps=%d"
              .formatted(steps, rate.totalSteps(), batchesPerStep, checkpointSteps));
    }
  }

  /** All steps of the schedule, each of one batch. */
  public TrainingSettings(LearningRate rate, double weightDecay, double gradientClip) {
    this(
        rate, rate.totalSteps(), weightDecay, gradientClip, 1, EarlyStop.never(), CHECKPOINT_STEPS);
  }

  /** The same with so many steps between states on disk. */
  public TrainingSettings withCheckpointSteps(int count) {
    return new TrainingSettings(
        rate, steps, weightDecay, gradientClip, batchesPerStep, earlyStop, count);
  }

  /** The same with so many batches in each step. */
  public TrainingSettings withBatchesPerStep(int count) {
    return new TrainingSettings(
        rate, steps, weightDecay, gradientClip, count, earlyStop, checkpointSteps);
  }
}
