package io.github.puzzle4j.scoring.quality;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A mean over predicted tokens with its uncertainty.
 *
 * @param mean per token
 * @param standardError of the mean, with whole sequences as sampling units; 0 for a single sequence
 * @param tokens predictions that were averaged
 */
public record Score(double mean, double standardError, long tokens) {

  /** Far above the rounding of divergences, which are sums in float32. */
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

  /** What measured parts of sequences cannot be: none, of different texts, impossible values. */
  static Optional<String> objection(Map<Metric, List<Part>> metrics) {
    long texts =
        metrics.values().stream()
            .map(parts -> parts.stream().map(Part::tokens).toList())
            .distinct()
            .count();
    if (texts != 1) {
      return Optional.of("metrics of %d texts".formatted(texts));
    }
    for (Map.Entry<Metric, List<Part>> entry : metrics.entrySet()) {
      if (entry.getValue().stream().mapToLong(Part::tokens).sum() < 1
          || entry.getValue().stream().anyMatch(part -> part.tokens() < 0)) {
        return Optional.of("%s has no tokens".formatted(entry.getKey().id()));
      }
      Optional<String> bad = of(entry.getValue()).objectionAs(entry.getKey());
      if (bad.isPresent()) {
        return bad;
      }
    }
    return Optional.empty();
  }

  /** What a mean over tokens cannot be: a negative error, no tokens. */
  Optional<String> objection() {
    return standardError < 0 || tokens < 1
        ? Optional.of("%s is no mean over tokens".formatted(this))
        : Optional.empty();
  }

  /** The same for the values of a metric: none is better than a known value of the teacher. */
  Optional<String> objectionAs(Metric metric) {
    double best = metric.teacherValue().orElse(metric.direction().best());
    return metric.direction().sign() * (mean - best) < -ROUNDING
        ? Optional.of("%s of %s %s is impossible".formatted(metric.label(), mean, metric.unit()))
        : objection();
  }
}
