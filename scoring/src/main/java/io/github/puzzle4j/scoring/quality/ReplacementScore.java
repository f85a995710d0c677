package io.github.puzzle4j.scoring.quality;

import io.github.puzzle4j.blocklib.arch.Replacement;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/**
 * The quality of the teacher with exactly one replacement.
 *
 * @param replacement the replacement
 * @param means of each metric that was measured
 */
public record ReplacementScore(Replacement replacement, Map<Metric, TokenMean> means) {

  public ReplacementScore {
    means = Collections.unmodifiableMap(new EnumMap<>(means));
  }

  /**
   * The mean of one metric.
   *
   * @throws IllegalArgumentException if it was not measured
   */
  public TokenMean mean(Metric metric) {
    TokenMean mean = means.get(metric);
    if (mean == null) {
      throw new IllegalArgumentException(
          "%s of %s was not measured".formatted(metric.id(), replacement.id()));
    }
    return mean;
  }

  /** The score in one metric. */
  public Score in(Metric metric) {
    return mean(metric).score();
  }

  /** KL from the teacher, nats per token. */
  public Score divergence() {
    return in(Metric.KL_DIVERGENCE);
  }

  /** LM loss, nats per token. */
  public Score loss() {
    return in(Metric.LM_LOSS);
  }

  /** The first layer that is replaced, counted from 0. */
  public int layer() {
    return replacement.span().first();
  }

  /** Short name of the replacing layers, such as {@code gqa_2+ffn_2816}. */
  public String variant() {
    return replacement.variant();
  }
}
