package io.github.puzzle4j.solver;

import java.math.BigDecimal;

/** Range of the numbers in a problem. */
final class Magnitude {

  /** Above every physical quantity, and small enough that no sum overflows. */
  static final double LARGEST = 1e30;

  /** Upper bound of the sum of such numbers over the maximum number of layers. */
  private static final double MAX_SUM = 1e35;

  /** Largest limit; limits may exceed every sum. */
  private static final double MAX_LIMIT = 1e36;

  private Magnitude() {}

  /**
   * @throws IllegalArgumentException if the number is NaN, infinite or above {@link #LARGEST}
   */
  static void require(String name, double value) {
    requireWithin(name, value, LARGEST);
  }

  /**
   * @throws IllegalArgumentException if the limit is NaN, infinite or above {@link #MAX_LIMIT}
   */
  static void requireLimit(String name, double value) {
    requireWithin(name, value, MAX_LIMIT);
  }

  /** The double nearest to a sum, clamped to {@link #MAX_SUM}. */
  static double clampSum(BigDecimal sum) {
    return Math.clamp(sum.doubleValue(), -MAX_SUM, MAX_SUM);
  }

  private static void requireWithin(String name, double value, double largest) {
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException("%s is %s, not a finite number".formatted(name, value));
    }
    if (Math.abs(value) > largest) {
      throw new IllegalArgumentException(
          "%s is %s, beyond the largest number allowed (%s). Maybe another unit?"
              .formatted(name, value, largest));
    }
  }
}
