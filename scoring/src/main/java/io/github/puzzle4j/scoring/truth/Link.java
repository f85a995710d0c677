package io.github.puzzle4j.scoring.truth;

import java.util.Collection;
import java.util.List;

/**
 * A monotone link from scores to the logarithm of what is measured: {@code a + b log(sum of
 * score^power)}, with {@code b} above 0.
 */
record Link(FeatureScores scores, double power, double offset, double slope) {

  /** A link that hardly rises would say that scores mean nothing. */
  private static final double LEAST_SLOPE = 0.3;

  /** Variance of the logarithms of sums that counts as none. */
  private static final double LEAST_VARIANCE = 1e-3;

  /** The least squares fit. */
  static Link fit(FeatureScores scores, double power, List<List<Feature>> children, double[] logs) {
    Link plain = new Link(scores, power, 0, 1);
    int count = children.size();
    double[] sums = children.stream().mapToDouble(plain::of).toArray();
    double meanSum = 0;
    double meanLog = 0;
    for (int i = 0; i < count; i++) {
      meanSum += sums[i] / count;
      meanLog += logs[i] / count;
    }
    double products = 0;
    double squares = LEAST_VARIANCE;
    for (int i = 0; i < count; i++) {
      products += (sums[i] - meanSum) * (logs[i] - meanLog);
      squares += (sums[i] - meanSum) * (sums[i] - meanSum);
    }
    double slope = Math.max(LEAST_SLOPE, products / squares);
    return new Link(scores, power, meanLog - slope * meanSum, slope);
  }

  /** The predicted logarithm. */
  double of(Collection<Feature> child) {
    return offset + slope * Math.log(FeatureScores.LEAST_SUM + scores.sumOfPowers(child, power));
  }
}
