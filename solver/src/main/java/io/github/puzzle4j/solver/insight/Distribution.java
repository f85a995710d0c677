package io.github.puzzle4j.solver.insight;

import java.util.List;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.annotation.JsonNaming;

/**
 * Summary statistics of a sample. Quantiles are interpolated linearly.
 *
 * @param standardDeviation of the samples, not of their mean; 0 for a single sample
 * @param p5 5 % quantile
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record Distribution(
    double mean,
    double standardDeviation,
    double min,
    double p5,
    double p25,
    double median,
    double p75,
    double p95,
    double max) {

  static Distribution of(List<Double> samples) {
    double[] sorted = samples.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    double mean = samples.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
    double squares = samples.stream().mapToDouble(value -> (value - mean) * (value - mean)).sum();
    return new Distribution(
        mean,
        Math.sqrt(squares / Math.max(1, sorted.length - 1)),
        sorted[0],
        quantile(sorted, 0.05),
        quantile(sorted, 0.25),
        quantile(sorted, 0.5),
        quantile(sorted, 0.75),
        quantile(sorted, 0.95),
        sorted[sorted.length - 1]);
  }

  private static double quantile(double[] sorted, double share) {
    double position = share * (sorted.length - 1);
    int below = (int) position;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
  }
}
