package io.github.puzzle4j.search.progress;

import java.time.Duration;
import java.util.Locale;

/** Formats durations: {@code 0.4 s}, {@code 12 s}, {@code 3 min 05 s}, {@code 2 h 10 min}. */
public final class DurationText {

  private DurationText() {}

  /** Uses at most two units, rounded to the smaller one. */
  public static String of(Duration duration) {
    double seconds = duration.toMillis() / 1000.0;
    if (seconds < 9.95) {
      return String.format(Locale.ROOT, "%.1f s", seconds);
    }
    long whole = Math.round(seconds);
    if (whole < 60) {
      return whole + " s";
    }
    if (whole < 3600) {
      return "%d min %02d s".formatted(whole / 60, whole % 60);
    }
    long minutes = Math.round(seconds / 60);
    return "%d h %02d min".formatted(minutes / 60, minutes % 60);
  }
}
