package io.github.puzzle4j.scoring.truth;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * How well predictions agree with measurements of the same children.
 *
 * @param children that were predicted and measured
 * @param rankCorrelation Spearman's; 0 where either does not vary
 * @param medianError median of the relative error of a prediction
 * @param medianRatio median of measured over predicted: above 1 where predictions fall short
 */
public record Accuracy(
    int children, double rankCorrelation, double medianError, double medianRatio) {

  /** Divisor in the place of what is no greater, such as the divergence of the teacher itself. */
  private static final double LEAST = 1e-9;

  /**
   * Compares.
   *
   * @throws IllegalArgumentException if there is nothing to compare, or not the same number of both
   */
  public static Accuracy of(double[] predicted, double[] measured) {
    if (predicted.length != measured.length || predicted.length == 0) {
      throw new IllegalArgumentException(
          "%d predictions of %d measurements".formatted(predicted.length, measured.length));
    }
    double[] errors = new double[predicted.length];
    double[] ratios = new double[predicted.length];
    for (int i = 0; i < errors.length; i++) {
      errors[i] = Math.abs(predicted[i] - measured[i]) / Math.max(LEAST, measured[i]);
      ratios[i] = Math.max(LEAST, measured[i]) / Math.max(LEAST, predicted[i]);
    }
    return new Accuracy(
        errors.length,
        correlation(ranks(predicted), ranks(measured)),
        median(errors),
        median(ratios));
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  /** Equal values have the mean of their ranks. */
  private static double[] ranks(double[] values) {
    Integer[] order = IntStream.range(0, values.length).boxed().toArray(Integer[]::new);
    Arrays.sort(order, Comparator.comparingDouble(i -> values[i]));
    double[] ranks = new double[values.length];
    int from = 0;
    while (from < order.length) {
      int to = from + 1;
      while (to < order.length && values[order[to]] == values[order[from]]) {
        to++;
      }
      for (int i = from; i < to; i++) {
        ranks[order[i]] = (from + to - 1) / 2.0;
      }
      from = to;
    }
    return ranks;
  }

  private static double correlation(double[] a, double[] b) {
    double meanA = Arrays.stream(a).average().orElse(0);
    double meanB = Arrays.stream(b).average().orElse(0);
    double products = 0;
    double squaresA = 0;
    double squaresB = 0;
    for (int i = 0; i < a.length; i++) {
      products += (a[i] - meanA) * (b[i] - meanB);
      squaresA += (a[i] - meanA) * (a[i] - meanA);
      squaresB += (b[i] - meanB) * (b[i] - meanB);
    }
    return squaresA == 0 || squaresB == 0 ? 0 : products / Math.sqrt(squaresA * squaresB);
  }
}
