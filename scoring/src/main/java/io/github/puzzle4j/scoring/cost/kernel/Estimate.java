package io.github.puzzle4j.scoring.cost.kernel;

/**
 * A predicted time.
 *
 * @param seconds the prediction
 * @param p90Seconds absolute error that nine in ten predictions stay below. Sums of estimates add
 *     these up, as if errors were fully correlated, which makes the band of a sum wide
 */
public record Estimate(double seconds, double p90Seconds) {

  /** No work. */
  public static final Estimate ZERO = new Estimate(0, 0);

  /** A prediction of a formula, with its error band. */
  public static Estimate of(double seconds, Provenance provenance) {
    return new Estimate(seconds, seconds * provenance.p90());
  }

  /** The sum, for kernels that run one after another. */
  public Estimate plus(Estimate next) {
    return new Estimate(seconds + next.seconds, p90Seconds + next.p90Seconds);
  }

  /** A multiple, for repetitions. */
  public Estimate times(double count) {
    return new Estimate(count * seconds, count * p90Seconds);
  }

  /** The error band relative to the prediction; 0 if the prediction is 0. */
  public double p90Error() {
    return seconds == 0 ? 0 : p90Seconds / seconds;
  }
}
