package io.github.puzzle4j.scoring.cost.table;

import java.util.Arrays;

/**
 * Statistics of the relative errors of predictions.
 *
 * @param rows number of predictions
 * @param median of the errors
 * @param mape mean of the errors
 * @param p90 90 % quantile of the errors
 */
public record RelativeErrors(int rows, double median, double mape, double p90) {

  /** Statistics of at least one non-negative error, in any order. */
  public static RelativeErrors of(double[] errors) {
    if (errors.length == 0) {
      throw new IllegalArgumentException("no errors to sum up");
    }
    double[] sorted = errors.clone();
    Arrays.sort(sorted);
    double mean = Arrays.stream(sorted).sum() / sorted.length;
    return new RelativeErrors(sorted.length, quantile(sorted, 0.5), mean, quantile(sorted, 0.9));
  }

  /** Relative error of one prediction. */
  public static double of(double predicted, double measured) {
    return Math.abs(predicted / measured - 1);
  }

  /** A quantile of sorted numbers, interpolated linearly between the two nearest. */
  public static double quantile(double[] sorted, double share) {
    double place = share * (sorted.length - 1);
    int below = (int) place;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
  }
}
