package io.github.puzzle4j.scoring.cost.table;

import java.util.Arrays;

/**
 * How far predictions lie off, as shares of what was measured.
 *
 * @param rows predictions
 * @param median half of the errors are smaller
 * @param mape their mean
 * @param p90 nine tenths of the errors are smaller
 */
public record RelativeErrors(int rows, double median, double mape, double p90) {

  /** Of errors that are not negative, at least one of them, in any order. */
  public static RelativeErrors of(double[] errors) {
    if (errors.length == 0) {
      throw new IllegalArgumentException("no errors to sum up");
    }
    double[] sorted = errors.clone();
    Arrays.sort(sorted);
    double mean = Arrays.stream(sorted).sum() / sorted.length;
    return new RelativeErrors(sorted.length, quantile(sorted, 0.5), mean, quantile(sorted, 0.9));
  }

  /** The error of one prediction. */
  public static double of(double predicted, double measured) {
    return Math.abs(predicted / measured - 1);
  }

  /** Between the two nearest errors, linear. */
  private static double quantile(double[] sorted, double share) {
    double place = share * (sorted.length - 1);
    int below = (int) place;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
  }
}
