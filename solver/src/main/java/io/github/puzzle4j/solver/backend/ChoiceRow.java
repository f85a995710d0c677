package io.github.puzzle4j.solver.backend;

import java.util.List;

/** The sum of coefficients over the chosen items is at most {@link #max}. */
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

  /** What choosing the item adds to this row. */
  public long coefficient(int item) {
    return coefficients[item];
  }

  /** The largest sum allowed. */
  public long max() {
    return max;
  }

  /** Whether the sum over these items is within the row. */
  public boolean holds(List<Integer> items) {
    return items.stream().mapToLong(this::coefficient).sum() <= max;
  }
}
