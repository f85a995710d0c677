package io.github.puzzle4j.scoring.profile;

import io.github.puzzle4j.scoring.cost.table.RelativeErrors;
import java.util.Arrays;

/**
 * What one piece of work took.
 *
 * @param what for people, such as {@code ffn_1024, 1 token}
 * @param seconds lower quartile of the repetitions: whatever disturbs a machine only slows it
 * @param spread nine tenths of the repetitions are closer to that, as a share of it
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
    double usual = RelativeErrors.quantile(sorted, 0.25);
    double[] off =
        Arrays.stream(sorted).map(value -> Math.abs(value / usual - 1)).sorted().toArray();
    return new Observation(what, work, usual, RelativeErrors.quantile(off, 0.9), sorted.length);
  }
}
