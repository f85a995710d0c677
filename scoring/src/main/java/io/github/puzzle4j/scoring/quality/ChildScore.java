package io.github.puzzle4j.scoring.quality;

import io.github.puzzle4j.blocklib.arch.Child;
import java.util.List;

/**
 * The quality of a whole child on the sequences of a text. The parts of two children on one text
 * are paired, so that the error of their difference is that of the differences.
 *
 * @param child the child
 * @param divergence KL from the teacher, by sequence, nats
 * @param loss LM loss, by sequence, nats
 */
public record ChildScore(Child child, List<Score.Part> divergence, List<Score.Part> loss) {

  public ChildScore {
    divergence = List.copyOf(divergence);
    loss = List.copyOf(loss);
  }

  /** The score in one metric, nats per token. */
  public Score in(Metric metric) {
    return Score.of(parts(metric));
  }

  /** The parts of one metric, by sequence. */
  public List<Score.Part> parts(Metric metric) {
    return switch (metric) {
      case KL_DIVERGENCE -> divergence;
      case LM_LOSS -> loss;
    };
  }

  /**
   * How much worse this child is than another on the same text, nats per token, with the error of
   * the difference.
   */
  public Score minus(ChildScore other, Metric metric) {
    return TokenMean.of(parts(metric)).minus(TokenMean.of(other.parts(metric))).score();
  }
}
