package io.github.puzzle4j.scoring.profile;

import java.util.Arrays;

/**
 * The measured time of one piece of work.
 *
 * @param what display name, such as {@code ffn_1024, 1 token}
 * @param seconds lower quartile of the repetitions, since disturbances only slow a machine down
 * @param spread 90th percentile of the distance from it, as a share of it
 * @param repetitions how often it was timed
 */
public record Observation(String what, Work work, double seconds, double spread, int repetitions) {

  /**
   * The lower quartile of several times, and their spread.
   *
   * @param seconds at least one, over 0
   */
  public static Observation of(String what, Work work, double... seconds) {
    double[] sorted = seconds.clone();
    Arrays.sort(sorted);
    double usual = quantile(sorted, 0.25);
    double[] off =
        Arrays.stream(sorted).map(value -> Math.abs(value / usual - 1)).sorted().toArray();
    return new Observation(what, work, usual, quantile(off, 0.9), sorted.length);
  }

  /** A quantile of sorted numbers, interpolated. */
  public static double quantile(double[] sorted, double share) {
    double at = share * (sorted.length - 1);
    int below = (int) at;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
  }
}
