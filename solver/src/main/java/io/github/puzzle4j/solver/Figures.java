package io.github.puzzle4j.solver;

import java.math.BigDecimal;
import java.math.RoundingMode;

/** Numbers between their exact and their printed form. */
final class Figures {

  private Figures() {}

  /** The number without a trailing {@code .0}, as it would be written in a problem file. */
  static String plain(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? Long.toString((long) value)
        : Double.toString(value);
  }

  /** The largest double that is not above the exact number. */
  static double roundDown(BigDecimal exact) {
    double nearest = exact.doubleValue();
    return new BigDecimal(nearest).compareTo(exact) > 0 ? Math.nextDown(nearest) : nearest;
  }

  /** The largest whole number that is not above the exact one. */
  static BigDecimal floor(BigDecimal exact) {
    return exact.setScale(0, RoundingMode.FLOOR);
  }
}
