package io.github.puzzle4j.solver;

/** Which numbers a problem may hold. */
final class Magnitude {

  /** Above every physical quantity, and small enough that no sum of them overflows. */
  static final double LARGEST = 1e30;

  private Magnitude() {}

  /**
   * @throws IllegalArgumentException naming the number if it is NaN, infinite or beyond {@link
   *     #LARGEST}
   */
  static void require(String name, double value) {
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException("%s is %s, not a finite number".formatted(name, value));
    }
    if (Math.abs(value) > LARGEST) {
      throw new IllegalArgumentException(
          "%s is %s, beyond the largest number allowed (%s). Maybe another unit?"
              .formatted(name, value, LARGEST));
    }
  }
}
