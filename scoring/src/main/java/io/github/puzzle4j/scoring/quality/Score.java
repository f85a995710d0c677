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
    long tokens = parts.stream().mapToLong(Part::tokens).sum();
    if (tokens == 0) {
      throw new IllegalArgumentException("no predicted token to average over");
    }
    double mean = parts.stream().mapToDouble(Part::sum).sum() / tokens;
    long sequences = parts.stream().filter(part -> part.tokens() > 0).count();
    if (sequences < 2) {
      return new Score(mean, 0, tokens);
    }
    double squares =
        parts.stream().mapToDouble(part -> square(part.sum() - mean * part.tokens())).sum();
    double error = Math.sqrt(squares * sequences / (sequences - 1)) / tokens;
    return new Score(mean, error, tokens);
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

  private static double square(double value) {
    return value * value;
  }
}
