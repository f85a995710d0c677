package io.github.puzzle4j.solver;

import java.math.BigDecimal;

/** Conversions between exact decimals, doubles and text. */
final class Decimals {

  private Decimals() {}

  /** The number without a trailing {@code .0}, as in problem files. */
  static String plain(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? Long.toString((long) value)
        : Double.toString(value);
  }

  /** The largest double that is at most the exact number. */
  static double roundDown(BigDecimal exact) {
    double nearest = exact.doubleValue();
    return new BigDecimal(nearest).compareTo(exact) > 0 ? Math.nextDown(nearest) : nearest;
  }
}
