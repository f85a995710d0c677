package io.github.puzzle4j.search.plan;

import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;

/** Units as users write them. */
final class Units {

  private static final Map<String, Long> BYTES =
      Map.of(
          "KiB", 1L << 10,
          "MiB", 1L << 20,
          "GiB", 1L << 30,
          "TiB", 1L << 40,
          "MB", 1_000_000L,
          "GB", 1_000_000_000L);

  private Units() {}

  /**
   * Reads {@code 40GiB} (or MiB, KiB, TiB, GB, MB) or a number of bytes; empty if it is neither.
   */
  static OptionalLong bytes(String text) {
    if (text.matches("[0-9]{1,18}")) {
      return OptionalLong.of(Long.parseLong(text));
    }
    for (Map.Entry<String, Long> unit : BYTES.entrySet()) {
      if (text.matches("[0-9]{1,15}(\\.[0-9]{1,9})? ?" + unit.getKey())) {
        String value = text.substring(0, text.length() - unit.getKey().length()).strip();
        return OptionalLong.of(Math.round(Double.parseDouble(value) * unit.getValue()));
      }
    }
    return OptionalLong.empty();
  }

  /**
   * Reads {@code 500ms}, {@code 30s}, {@code 5m} or {@code 2h}.
   *
   * @throws IllegalArgumentException if the unit is missing or unknown
   */
  static Duration duration(String text) {
    if (!text.matches("[0-9]{1,9}(ms|s|m|h)")) {
      throw new IllegalArgumentException(
          "must be a time such as 30s, 5m or 2h, not '%s'".formatted(text));
    }
    String unit = text.replaceAll("[0-9]", "");
    long amount = Long.parseLong(text.substring(0, text.length() - unit.length()));
    return switch (unit) {
      case "ms" -> Duration.ofMillis(amount);
      case "s" -> Duration.ofSeconds(amount);
      case "m" -> Duration.ofMinutes(amount);
      default -> Duration.ofHours(amount);
    };
  }

  /** The text that {@link #duration} reads back. */
  static String text(Duration duration) {
    return duration.toMillis() % 1000 == 0
        ? duration.toSeconds() + "s"
        : duration.toMillis() + "ms";
  }
}
