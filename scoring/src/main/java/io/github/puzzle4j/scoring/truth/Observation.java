package io.github.puzzle4j.scoring.truth;

import io.github.puzzle4j.blocklib.arch.Child;

/**
 * A measured child.
 *
 * @param child the child
 * @param value what was measured, such as KL in nats per token; above 0
 */
public record Observation(Child child, double value) {

  /** Below it, a divergence is rounding. */
  private static final double LEAST = 1e-9;

  public Observation {
    value = Math.max(value, LEAST);
  }
}
