package io.github.puzzle4j.scoring.quality;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.Collectors;

/**
 * What the solver minimises: a weighted sum of metrics, each as a loss against the teacher's own.
 *
 * @param weights above 0
 */
public record ScoreObjective(SequencedMap<Metric, Double> weights) {

  public ScoreObjective {
    weights = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(weights));
    if (weights.isEmpty()) {
      throw new IllegalArgumentException("no metric to minimise");
    }
    weights.forEach((metric, weight) -> {
      if (!(weight > 0 && weight < Double.POSITIVE_INFINITY)) {
        throw new IllegalArgumentException(
            "the weight of %s must be above 0, not %s".formatted(metric.id(), weight));
      }
    });
  }

  /** One metric alone. */
  public static ScoreObjective of(Metric metric) {
    SequencedMap<Metric, Double> weights = new LinkedHashMap<>();
    weights.put(metric, 1.0);
    return new ScoreObjective(weights);
  }

  /**
   * By how much a replacement is worse than the teacher.
   *
   * @param own the score of the teacher's own layer in its place
   */
  public TokenMean of(ReplacementScore score, ReplacementScore own) {
    return weights.entrySet().stream()
        .map(entry -> {
          Metric metric = entry.getKey();
          double factor = entry.getValue() * metric.direction().sign();
          return score.mean(metric).minus(own.mean(metric)).times(factor);
        })
        .reduce(TokenMean::plus)
        .orElseThrow(() -> new IllegalStateException("no metric"));
  }

  /** For people, such as {@code KL} or {@code KL + 0.1 LM loss}. */
  public String label() {
    return weights.entrySet().stream()
        .map(entry ->
            entry.getValue() == 1
                ? name(entry.getKey())
                : "%s %s".formatted(entry.getValue(), name(entry.getKey())))
        .collect(Collectors.joining(" + "));
  }

  /** The unit, where all metrics have the same. */
  public String unit() {
    return weights.keySet().stream().map(Metric::unit).distinct().count() == 1
        ? weights.firstEntry().getKey().unit()
        : "weighted";
  }

  /** Losses are called what they are, and gains the loss of them. */
  private static String name(Metric metric) {
    return switch (metric.direction()) {
      case LOWER -> metric.label();
      case HIGHER -> "loss of " + metric.label();
    };
  }

  /** Whether it is one metric alone. */
  public boolean isOnly(Metric metric) {
    return weights.equals(Map.of(metric, 1.0));
  }
}
