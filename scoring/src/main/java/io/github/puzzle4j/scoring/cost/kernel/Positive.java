package io.github.puzzle4j.scoring.cost.kernel;

/** Checks of numbers that come from a target's file. */
public final class Positive {

  private Positive() {}

  /** Over 0 and finite. */
  public static void require(String name, double value) {
    if (!(value > 0) || Double.isInfinite(value)) {
      throw new IllegalArgumentException("%s=%s must be over 0 and finite".formatted(name, value));
    }
  }

  /** Over 0, at most 1. */
  public static void requireShare(String name, double value) {
    if (!(value > 0 && value <= 1)) {
      throw new IllegalArgumentException("%s=%s must be in (0, 1]".formatted(name, value));
    }
  }

  /** 0 or over, finite. */
  public static void requireNotNegative(String name, double value) {
    if (!(value >= 0) || Double.isInfinite(value)) {
      throw new IllegalArgumentException(
          "%s=%s must be finite and not negative".formatted(name, value));
    }
  }

  /** Powers below 1 would make two overlapped parts dearer than one after the other. */
  public static void requirePower(String name, double value) {
    if (!(value >= 1 && value <= 64)) {
      throw new IllegalArgumentException("%s=%s must be between 1 and 64".formatted(name, value));
    }
  }
}
