package io.github.puzzle4j.scoring.quality;

import java.util.List;
import java.util.Optional;

/**
 * A mean over predicted tokens with its uncertainty.
 *
 * @param mean per token
 * @param standardError of the mean, with whole sequences as sampling units; 0 for a single sequence
 * @param tokens predictions that were averaged
 */
public record Score(double mean, double standardError, long tokens) {

  /** Far above the rounding of KL divergences, which are sums in float32. */
  private static final double ROUNDING = 1e-3;

  /**
   * Sum and number of tokens of one sequence.
   *
   * @param sum over the sequence's predictions
   * @param tokens predictions
   */
  public record Part(double sum, long tokens) {}

  /**
   * The ratio of all sums to all tokens; its error by linearisation (Cochran, Sampling Techniques,
   * 3rd ed., section 6.3), since tokens of one sequence are not independent.
   *
   * @throws IllegalArgumentException if there is no token at all
   */
  public static Score of(List<Part> parts) {
    return TokenMean.of(parts).score();
  }

  /** What a mean over tokens cannot be: a negative error, no tokens. */
  Optional<String> objection() {
    return standardError < 0 || tokens < 1
        ? Optional.of("%s is no mean over tokens".formatted(this))
        : Optional.empty();
  }

  /** The same for a KL divergence, which is not negative except for rounding. */
  Optional<String> objectionAsDivergence() {
    return mean < -ROUNDING
        ? Optional.of("a KL divergence of %s nats per token is negative".formatted(mean))
        : objection();
  }

  /** The same for the values of a metric. */
  Optional<String> objectionAs(Metric metric) {
    return metric.direction() == Metric.Direction.LOWER && metric.teacherValue().isPresent()
        ? objectionAsDivergence()
        : objection();
  }
}
