package io.github.puzzle4j.search.report;

import java.util.Locale;

/** Formats numbers, independent of the locale. */
final class Numbers {

  private static final double BYTES_PER_GIB = 1L << 30;
  private static final double BYTES_PER_MIB = 1L << 20;

  private Numbers() {}

  static String fixed(double value, int digits) {
    return String.format(Locale.ROOT, "%." + digits + "f", value);
  }

  /** Three significant digits, without an exponent if that is short. */
  static String significant(double value) {
    double size = Math.abs(value);
    if (size == 0) {
      return "0";
    }
    if (size >= 1000) {
      return grouped(value);
    }
    if (size < 1e-4) {
      return String.format(Locale.ROOT, "%.1e", value);
    }
    int digits = 2 - (int) Math.floor(Math.log10(size));
    return fixed(value, Math.max(0, digits));
  }

  static String grouped(double value) {
    return String.format(Locale.ROOT, "%,d", Math.round(value));
  }

  static String percent(double share) {
    return fixed(100 * share, 1) + " %";
  }

  static String bytes(long bytes) {
    return bytes >= BYTES_PER_GIB
        ? fixed(bytes / BYTES_PER_GIB, 2) + " GiB"
        : fixed(bytes / BYTES_PER_MIB, 1) + " MiB";
  }

  /** The mean with its standard error. */
  static String estimate(Estimate estimate) {
    return "%s ± %s".formatted(fixed(estimate.mean(), 4), fixed(estimate.standardError(), 4));
  }

  /** Parameters as 3.3 M or 8.03 B. */
  static String count(long value) {
    if (value >= 1_000_000_000) {
      return fixed(value / 1e9, 2) + " B";
    }
    return value >= 1_000_000 ? fixed(value / 1e6, 2) + " M" : grouped((double) value);
  }
}
