package io.github.puzzle4j.blocklib.train;

/**
 * How each variant is trained to imitate its own teacher block (Puzzle, arXiv 2411.19146, section
 * 3).
 *
 * @param rate learning rate over the steps of one variant
 * @param weightDecay of AdamW
 * @param gradientClip largest global norm of the gradients
 * @param seed of the order of batches
 * @param steps optimizer steps at most; 0 leaves the initial weights
 * @param pairing whether attention and FFN variants are also trained together
 * @param form whether widths are trained apart or as one
 * @param earlyStop when a training ends before its last step
 * @param checkpointSteps steps between states on disk, from which a stopped training goes on, and
 *     to which one goes back that leaves the numbers
 */
public record Distillation(
    LearningRate rate,
    double weightDecay,
    double gradientClip,
    long seed,
    int steps,
    Pairing pairing,
    Form form,
    EarlyStop earlyStop,
    int checkpointSteps) {

  private static final int CHECKPOINT_STEPS = 200;

  /** What is trained on the output of the block. */
  public enum Pairing {
    /** Each subblock variant alone, with the teacher's other subblock: m + n trainings. */
    DECOUPLED,
    /** These, and then each pair of two variants together: m x n further trainings. */
    COUPLED
  }

  /** How the widths of a subblock are trained. */
  public enum Form {
    /** One training for each variant. */
    SEPARATE,
    /**
     * One for all pruned widths of the FFN, which are prefixes of the same channels, and one for
     * all numbers of KV heads: each step trains one of them, drawn at random.
     */
    ELASTIC
  }

  /**
   * When a training ends early. The weights that were best count in any case.
   *
   * @param everySteps steps between two looks at the validation batches; 0 for none before the end
   * @param patience looks in a row that may bring nothing better
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

  public Distillation {
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

  /** Each variant trained alone, for all steps of the schedule. */
  public Distillation(LearningRate rate, double weightDecay, double gradientClip, long seed) {
    this(
        rate,
        weightDecay,
        gradientClip,
        seed,
        rate.totalSteps(),
        Pairing.DECOUPLED,
        Form.SEPARATE,
        EarlyStop.never(),
        CHECKPOINT_STEPS);
  }
}
