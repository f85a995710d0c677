package io.github.puzzle4j.scoring.quality;

import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.ToDoubleFunction;
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
    return sum((metric, factor) -> score.mean(metric).minus(own.mean(metric)).times(factor));
  }

  /**
   * By how much a child is worse than its teacher.
   *
   * @param own the teacher's score on the same text; it is not read if no metric {@linkplain
   *     #readsTeacher needs} it
   */
  public TokenMean of(ChildScore score, ChildScore own) {
    return sum((metric, factor) -> {
      TokenMean mean = score.mean(metric);
      TokenMean best =
          metric.teacherValue().isPresent()
              ? TokenMean.exactly(metric.teacherValue().getAsDouble(), mean.influences().size())
              : own.mean(metric);
      return mean.minus(best).times(factor);
    });
  }

  /**
   * The weighted sum of a model's values, of which less is better. The difference of two models, of
   * which one may be the teacher, is that of their losses.
   */
  public double of(Evaluation evaluation) {
    return total(metric -> evaluation.in(metric).mean());
  }

  /** At most the standard error of that sum: as if the errors of all metrics were the same. */
  public double error(Evaluation evaluation) {
    return weights.entrySet().stream()
        .mapToDouble(entry -> entry.getValue() * evaluation.in(entry.getKey()).standardError())
        .sum();
  }

  /** The same sum of a teacher with a replacement. */
  public double of(ReplacementScore score) {
    return total(metric -> score.mean(metric).mean());
  }

  private double total(ToDoubleFunction<Metric> value) {
    return weights.entrySet().stream()
        .mapToDouble(entry -> {
          Metric metric = entry.getKey();
          return entry.getValue() * metric.direction().sign() * value.applyAsDouble(metric);
        })
        .sum();
  }

  /** Whether the teacher's own value of a metric has to be measured. */
  public boolean readsTeacher() {
    return weights.keySet().stream().anyMatch(metric -> metric.teacherValue().isEmpty());
  }

  private TokenMean sum(BiFunction<Metric, Double, TokenMean> term) {
    return weights.entrySet().stream()
        .map(entry ->
            term.apply(entry.getKey(), entry.getValue() * entry.getKey().direction().sign()))
        .reduce(TokenMean::plus)
        .orElseThrow(() -> new IllegalStateException("no metric"));
  }

  /** What is measured: these metrics, and those that take next to no time. */
  public List<Metric> measured() {
    Set<Metric> measured = EnumSet.copyOf(weights.keySet());
    measured.addAll(Metric.ALWAYS);
    return List.copyOf(measured);
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

  /** For names in JSON: that of the metric, such as {@code kl}; {@code loss} of several. */
  public String id() {
    return weights.size() == 1 ? weights.firstEntry().getKey().id() : "loss";
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
}
