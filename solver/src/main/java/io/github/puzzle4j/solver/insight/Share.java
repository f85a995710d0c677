package io.github.puzzle4j.solver.insight;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/**
 * A violation as a share of the size of its bound, exact as a fraction.
 *
 * @param size positive
 */
record Share(BigDecimal violation, BigDecimal size) implements Comparable<Share> {

  private static final int DIGITS = 60;

  static Share of(BigDecimal value) {
    return new Share(value, BigDecimal.ONE);
  }

  @Override
  public int compareTo(Share other) {
    return violation.multiply(other.size).compareTo(other.violation.multiply(size));
  }

  /** This share of another size, exact for the own size, and else rounded after 60 digits. */
  BigDecimal times(BigDecimal other, RoundingMode rounding) {
    return size.compareTo(other) == 0
        ? violation
        : violation.multiply(other).divide(size, new MathContext(DIGITS, rounding));
  }

  BigDecimal rounded() {
    return violation.divide(size, MathContext.DECIMAL128);
  }
}
