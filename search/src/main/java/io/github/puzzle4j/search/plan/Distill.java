package io.github.puzzle4j.search.plan;

import io.github.puzzle4j.blocklib.library.Distillation;
import io.github.puzzle4j.blocklib.library.Fit;
import io.github.puzzle4j.blocklib.train.LearningRate;
import io.github.puzzle4j.blocklib.train.TrainingSettings;

/**
 * Block-wise local distillation.
 *
 * @param steps optimizer steps per training at most; 0 leaves the initial weights
 * @param batch sequences per step
 * @param batches different batches of calibration text at most; further steps repeat them
 * @param learningRate peak of the schedule, reached after the warm-up, then a cosine to zero
 * @param warmupSteps steps of linear warm-up; at most {@code steps}
 * @param seed of the order of the batches
 * @param pairing whether attention and FFN variants are also trained together
 * @param form whether widths are trained separately or with shared weights
 * @param fit of the last matrix of each variant, beside its training
 * @param gradientClip largest global norm of the gradients
 * @param earlyStop when a training ends before its last step
 * @param checkpointSteps steps between states on disk, from which a stopped run resumes
 */
public record Distill(
    int steps,
    int batch,
    int batches,
    double learningRate,
    int warmupSteps,
    long seed,
    Distillation.Pairing pairing,
    Distillation.Form form,
    Fit fit,
    double gradientClip,
    EarlyStop earlyStop,
    int checkpointSteps) {

  private static final int BATCHES_PER_VALIDATION_BATCH = 10;

  /**
   * When a training ends early.
   *
   * @param everySteps steps between measurements on the validation batches; 0 for none before the
   *     end
   * @param patience measurements in a row that may bring no improvement
   */
  public record EarlyStop(int everySteps, int patience) {

    public EarlyStop {
      Require.within("everySteps", everySteps, 0, 100_000_000);
      Require.within("patience", patience, 1, 1 << 20);
    }
  }

  public Distill {
    Require.trains(steps, batch, learningRate, warmupSteps);
    Require.within("batches", batches, 2, 1 << 24);
    Require.that(
        gradientClip > 0 && Double.isFinite(gradientClip),
        "gradientClip",
        "must be above 0, not %s",
        gradientClip);
    Require.within("checkpointSteps", checkpointSteps, 1, 100_000_000);
  }

  /**
   * Sequences of calibration text: for different batches to train on, and one for each ten of them
   * to validate on.
   *
   * @param ranked sequences that channels are ranked on at least
   */
  public int calibrationSequences(int ranked) {
    int wanted = Math.clamp(steps, 2, batches);
    return Math.max((wanted + validationBatches(wanted)) * batch, ranked);
  }

  /** How many batches of some are held out for validation. */
  public static int validationBatches(int batches) {
    return Math.max(1, batches / BATCHES_PER_VALIDATION_BATCH);
  }

  /** The same for the library. */
  public Distillation settings() {
    return new Distillation(settings(steps), pairing, form, seed);
  }

  /** The settings of a training with another number of steps. */
  public TrainingSettings settings(int count) {
    int total = Math.max(1, count);
    return new TrainingSettings(
        new LearningRate(learningRate, Math.min(warmupSteps, total), total, 0),
        count,
        0,
        gradientClip,
        1,
        new TrainingSettings.EarlyStop(earlyStop.everySteps(), earlyStop.patience()),
        checkpointSteps);
  }
}
