package io.github.puzzle4j.scoring.truth;

import io.github.puzzle4j.blocklib.arch.Child;
import io.github.puzzle4j.scoring.quality.ChildLoss;
import io.github.puzzle4j.scoring.quality.ChildScore;

/**
 * A measured child.
 *
 * @param child the child
 * @param value what was measured, such as KL in nats per token; above 0
 */
public record Observation(Child child, double value) {

  /** Below it, a divergence is rounding. */
  private static final double LEAST = 1e-9;

  /** About as near as the difference of two measured values is known. */
  private static final double LEAST_DIFFERENCE = 1e-4;

  /** A child that was measured, and is no better than its teacher by chance alone. */
  public static Observation of(ChildScore score, ChildLoss loss) {
    double value = loss.of(score).mean();
    return new Observation(
        score.child(), loss.objective().readsTeacher() ? Math.max(value, LEAST_DIFFERENCE) : value);
  }

  public Observation {
    value = Math.max(value, LEAST);
  }
}
