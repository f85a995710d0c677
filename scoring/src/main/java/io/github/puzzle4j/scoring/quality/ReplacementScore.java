package io.github.puzzle4j.scoring.quality;

import io.github.puzzle4j.blocklib.arch.Replacement;

/**
 * The quality of the teacher with exactly one replacement.
 *
 * @param replacement the replacement
 * @param divergence KL from the teacher, nats per token
 * @param loss LM loss, nats per token
 */
public record ReplacementScore(Replacement replacement, Score divergence, Score loss) {

  /** The score in one metric. */
  public Score in(Metric metric) {
    return switch (metric) {
      case KL_DIVERGENCE -> divergence;
      case LM_LOSS -> loss;
    };
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
