package io.github.puzzle4j.search.plan;

import java.math.BigDecimal;

/** Numbers as users write them: no exponent, no trailing zeros. */
final class PlainNumber {

  private PlainNumber() {}

  static String format(double value) {
    return BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
  }
}
