package io.github.puzzle4j.solver.backend;

import java.util.List;

/** A linear constraint: the sum of coefficients over the chosen items is at most {@link #max}. */
public final class ChoiceRow {

  private final long[] coefficients;
  private final long max;

  /**
   * @param coefficients by item
   */
  public ChoiceRow(long[] coefficients, long max) {
    this.coefficients = coefficients.clone();
    this.max = max;
  }

  /** Contribution of the item to the sum. */
  public long coefficient(int item) {
    return coefficients[item];
  }

  /** Largest sum allowed. */
  public long max() {
    return max;
  }

  /** Whether these items satisfy the constraint. */
  public boolean holds(List<Integer> items) {
    return items.stream().mapToLong(this::coefficient).sum() <= max;
  }
}
