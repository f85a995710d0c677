package io.github.puzzle4j.search.plan;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.OptionalLong;

/** A limit on a whole number that adds up over a model, such as its parameters. */
public sealed interface SizeLimit {

  /** Spelling of no limit in plans. */
  String NONE = "none";

  /**
   * The largest number that is allowed; empty if there is no limit.
   *
   * @param teacher the teacher's number
   */
  OptionalLong most(long teacher);

  /** No limit. */
  record None() implements SizeLimit {

    @Override
    public OptionalLong most(long teacher) {
      return OptionalLong.empty();
    }

    @Override
    public String toString() {
      return NONE;
    }
  }

  /**
   * An absolute limit.
   *
   * @param value 0 or more
   */
  record AtMost(long value) implements SizeLimit {

    @Override
    public OptionalLong most(long teacher) {
      return OptionalLong.of(value);
    }

    @Override
    public String toString() {
      return Long.toString(value);
    }
  }

  /**
   * A multiple of the teacher's number, rounded down.
   *
   * @param factor above 0
   */
  record TimesTeacher(BigDecimal factor) implements SizeLimit {

    public TimesTeacher {
      if (factor.signum() <= 0) {
        throw new IllegalArgumentException("must be above 0, not %s".formatted(factor));
      }
    }

    @Override
    public OptionalLong most(long teacher) {
      BigDecimal most =
          factor.multiply(BigDecimal.valueOf(teacher)).min(BigDecimal.valueOf(Long.MAX_VALUE));
      return OptionalLong.of(most.setScale(0, RoundingMode.FLOOR).longValueExact());
    }

    @Override
    public String toString() {
      return factor.stripTrailingZeros().toPlainString() + "x";
    }
  }

  /**
   * Reads {@code none}, {@code 0.5x} of the teacher's, a whole number, {@code 350M} or {@code 6.5B}
   * (10^6, 10^9), or a size such as {@code 64KiB}.
   *
   * @throws IllegalArgumentException if it is none of these
   */
  static SizeLimit parse(String text) {
    if (text.equals(NONE)) {
      return new None();
    }
    if (text.matches("[0-9]{1,6}(\\.[0-9]{1,9})?x")) {
      return new TimesTeacher(new BigDecimal(text.substring(0, text.length() - 1)));
    }
    OptionalLong bytes = Units.bytes(text);
    if (bytes.isPresent()) {
      return new AtMost(bytes.getAsLong());
    }
    if (text.matches("[0-9]{1,9}(\\.[0-9]{1,9})?[MB]")) {
      BigDecimal number = new BigDecimal(text.substring(0, text.length() - 1));
      int zeros = text.endsWith("M") ? 6 : 9;
      return new AtMost(
          number.scaleByPowerOfTen(zeros).setScale(0, RoundingMode.FLOOR).longValueExact());
    }
    throw new IllegalArgumentException(
        "must be a multiple of the teacher's such as 0.5x, a number such as 6500000000, 6.5B or"
            .concat(" 64KiB, or none, not '%s'")
            .formatted(text));
  }
}
