package io.github.puzzle4j.solver;

import java.math.BigDecimal;

/** Which numbers a problem may hold. */
final class Magnitude {

  /** Above every physical quantity, and small enough that no sum of them overflows. */
  static final double LARGEST = 1e30;

  /** No sum of such numbers over the most layers that a problem may have is larger. */
  private static final double LARGEST_SUM = 1e35;

  /** What a sum is compared with may be beyond every sum. */
  private static final double LARGEST_LIMIT = 1e36;

  private Magnitude() {}

  /**
   * @throws IllegalArgumentException naming the number if it is NaN, infinite or beyond {@link
   *     #LARGEST}
   */
  static void require(String name, double value) {
    requireWithin(name, value, LARGEST);
  }

  /**
   * @throws IllegalArgumentException naming the limit if it is NaN, infinite or far beyond any sum
   */
  static void requireLimit(String name, double value) {
    requireWithin(name, value, LARGEST_LIMIT);
  }

  /** The double nearest to a sum; sums that no problem reaches become the largest one. */
  static double clampSum(BigDecimal sum) {
    return Math.clamp(sum.doubleValue(), -LARGEST_SUM, LARGEST_SUM);
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
