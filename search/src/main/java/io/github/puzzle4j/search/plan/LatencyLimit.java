package io.github.puzzle4j.search.plan;

import java.math.BigDecimal;
import java.util.Map;

/** A limit on the time until a token. */
public sealed interface LatencyLimit {

  /** The limit in seconds; infinite where there is none. */
  double seconds();

  /** No limit. */
  record None() implements LatencyLimit {

    @Override
    public double seconds() {
      return Double.POSITIVE_INFINITY;
    }

    @Override
    public String toString() {
      return NONE;
    }
  }

  /**
   * A maximum time.
   *
   * @param milliseconds above 0
   */
  record AtMost(double milliseconds) implements LatencyLimit {

    public AtMost {
      if (!(milliseconds > 0)) {
        throw new IllegalArgumentException("must be longer than nothing");
      }
    }

    @Override
    public double seconds() {
      return milliseconds / 1000;
    }

    @Override
    public String toString() {
      return PlainNumber.format(milliseconds) + "ms";
    }
  }

  /** Spelling of no limit in plans. */
  String NONE = "none";

  /**
   * Reads {@code none}, or a time such as {@code 12.5ms}, {@code 2s} or {@code 1m}.
   *
   * @throws IllegalArgumentException if it is neither
   */
  static LatencyLimit parse(String text) {
    if (text.equals(NONE)) {
      return new None();
    }
    if (!text.matches("[0-9]{1,9}(\\.[0-9]{1,6})?(ms|s|m)")) {
      throw new IllegalArgumentException(
          "must be a time such as 20ms, 1.5s or 1m, or none, not '%s'".formatted(text));
    }
    Map<String, Integer> milliseconds = Map.of("ms", 1, "s", 1000, "m", 60_000);
    String unit = text.replaceAll("[0-9.]", "");
    BigDecimal amount = new BigDecimal(text.substring(0, text.length() - unit.length()));
    return new AtMost(
        amount.multiply(BigDecimal.valueOf(milliseconds.getOrDefault(unit, 1))).doubleValue());
  }
}
