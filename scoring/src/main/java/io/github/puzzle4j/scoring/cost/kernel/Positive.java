package io.github.puzzle4j.scoring.cost.kernel;

/** Validates numbers from a target's file. */
public final class Positive {

  private Positive() {}

  /** Requires a finite number above 0. */
  public static void require(String name, double value) {
    if (!(value > 0) || Double.isInfinite(value)) {
      throw new IllegalArgumentException("%s=%s must be over 0 and finite".formatted(name, value));
    }
  }

  /** Requires a number above 0 and at most 1. */
  public static void requireShare(String name, double value) {
    if (!(value > 0 && value <= 1)) {
      throw new IllegalArgumentException("%s=%s must be in (0, 1]".formatted(name, value));
    }
  }

  /** Requires a finite number of at least 0. */
  public static void requireNotNegative(String name, double value) {
    if (!(value >= 0) || Double.isInfinite(value)) {
      throw new IllegalArgumentException(
          "%s=%s must be finite and not negative".formatted(name, value));
    }
  }

  /** Requires at least 1; below, overlapping parts would take longer than their sum. */
  public static void requirePower(String name, double value) {
    if (!(value >= 1 && value <= 64)) {
      throw new IllegalArgumentException("%s=%s must be between 1 and 64".formatted(name, value));
    }
  }
}
