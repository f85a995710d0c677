package io.github.puzzle4j.solver.insight;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/**
 * A violation relative to the size of its bound, as an exact fraction.
 *
 * @param size positive
 */
record RelativeViolation(BigDecimal violation, BigDecimal size)
    implements Comparable<RelativeViolation> {

  private static final int DIGITS = 60;

  static RelativeViolation of(BigDecimal value) {
    return new RelativeViolation(value, BigDecimal.ONE);
  }

  @Override
  public int compareTo(RelativeViolation other) {
    return violation.multiply(other.size).compareTo(other.violation.multiply(size));
  }

  /** This share of another size: exact for the same size, otherwise rounded to 60 digits. */
  BigDecimal times(BigDecimal other, RoundingMode rounding) {
    return size.compareTo(other) == 0
        ? violation
        : violation.multiply(other).divide(size, new MathContext(DIGITS, rounding));
  }

  BigDecimal rounded() {
    return violation.divide(size, MathContext.DECIMAL128);
  }
}
