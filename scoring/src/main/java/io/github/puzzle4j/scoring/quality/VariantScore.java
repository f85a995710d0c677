package io.github.puzzle4j.scoring.quality;

/**
 * The teacher with exactly one block replaced.
 *
 * @param layer counted from 0
 * @param variant id of the block variant
 * @param divergence KL from the teacher, nats per token
 * @param loss LM loss, nats per token
 */
public record VariantScore(int layer, String variant, Score divergence, Score loss) {

  /** The score in one metric. */
  public Score in(Metric metric) {
    return switch (metric) {
      case KL_DIVERGENCE -> divergence;
      case LM_LOSS -> loss;
    };
  }
}
