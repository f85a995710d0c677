package io.github.puzzle4j.blocklib.train;

/**
 * Linear warm-up to a peak, then half a cosine down to a share of it (SGDR, arXiv 1608.03983,
 * without restarts).
 *
 * @param peak highest rate
 * @param warmupSteps steps until the peak
 * @param totalSteps steps of the whole training
 * @param floorShare the rate after the last step, as a share of the peak
 */
public record LearningRate(double peak, int warmupSteps, int totalSteps, double floorShare) {

  public LearningRate {
    if (!(peak > 0) || Double.isInfinite(peak)) {
      throw new IllegalArgumentException("learning rate %s must be over 0".formatted(peak));
    }
    if (totalSteps < 1 || warmupSteps < 0 || warmupSteps > totalSteps) {
      throw new IllegalArgumentException(
          "warm-up of %d steps in a training of %d".formatted(warmupSteps, totalSteps));
    }
    if (!(floorShare >= 0 && floorShare <= 1)) {
      throw new IllegalArgumentException("floor share %s is not in 0..1".formatted(floorShare));
    }
  }

  /** The rate of a step, counted from 0. */
  public double at(int step) {
    if (step < warmupSteps) {
      return peak * (step + 1) / warmupSteps;
    }
    double done = (double) (step - warmupSteps) / Math.max(1, totalSteps - warmupSteps);
    double cosine = 0.5 * (1 + Math.cos(Math.PI * Math.min(1, done)));
    return peak * (floorShare + (1 - floorShare) * cosine);
  }
}
