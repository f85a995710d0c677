package io.github.puzzle4j.solver.sweep;

/**
 * Budgets from the smallest to the largest.
 *
 * @param from negative infinity if it is to be determined
 * @param to infinity if it is to be determined
 */
public record Range(double from, double to) {

  /** Both ends are to be determined. */
  public static final Range ALL = new Range(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY);

  /**
   * @throws IllegalArgumentException if {@code from} is above {@code to}, or one of them is NaN
   */
  public Range {
    if (!(from <= to)) {
      throw new IllegalArgumentException("from %s is above to %s".formatted(from, to));
    }
  }

  boolean isGiven() {
    return Double.isFinite(from) && Double.isFinite(to);
  }

  /** Replaces infinite ends by those of the other range. */
  Range or(Range found) {
    double low = Double.isFinite(from) ? from : Math.min(found.from, to);
    double high = Double.isFinite(to) ? to : Math.max(found.to, low);
    return new Range(low, high);
  }
}
