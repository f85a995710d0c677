package io.github.puzzle4j.scoring.cost.kernel;

/**
 * A predicted time.
 *
 * @param seconds the prediction
 * @param p90Seconds how far off it may be in nine cases of ten; adding up estimates adds this up
 *     too, as if all kernels erred the same way, so that a sum's band is wide rather than narrow
 */
public record Estimate(double seconds, double p90Seconds) {

  /** Nothing to do. */
  public static final Estimate ZERO = new Estimate(0, 0);

  /** A prediction by a formula, with its band. */
  public static Estimate of(double seconds, Provenance provenance) {
    return new Estimate(seconds, seconds * provenance.p90());
  }

  /** One after the other. */
  public Estimate plus(Estimate next) {
    return new Estimate(seconds + next.seconds, p90Seconds + next.p90Seconds);
  }

  /** So many times in a row. */
  public Estimate times(double count) {
    return new Estimate(count * seconds, count * p90Seconds);
  }

  /** The band as a share of the prediction; 0 where there is nothing to do. */
  public double p90Error() {
    return seconds == 0 ? 0 : p90Seconds / seconds;
  }
}
