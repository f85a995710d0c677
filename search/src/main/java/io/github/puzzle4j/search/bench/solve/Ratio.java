package io.github.puzzle4j.search.bench.solve;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/**
 * The other's time over ours.
 *
 * @param kind how exactly it is known
 * @param value meaningless where nothing is known
 */
public record Ratio(Kind kind, double value) {

  /** What is known of a ratio. */
  public enum Kind {
    EXACT,
    /** The other was cut off. */
    AT_LEAST,
    /** We were cut off. */
    AT_MOST,
    /** Neither finished. */
    UNKNOWN;

    /** In lower case, as in reports. */
    @JsonValue
    String id() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * Of two times until the end of the search, or until it was cut off.
   *
   * @param theirs seconds
   * @param ours seconds
   */
  static Ratio of(double theirs, boolean theyEnded, double ours, boolean weEnded) {
    double value = theirs / ours;
    if (theyEnded) {
      return new Ratio(weEnded ? Kind.EXACT : Kind.AT_MOST, value);
    }
    return weEnded ? new Ratio(Kind.AT_LEAST, value) : unknown();
  }

  static Ratio unknown() {
    return new Ratio(Kind.UNKNOWN, 0);
  }

  boolean known() {
    return kind != Kind.UNKNOWN;
  }

  /** Such as {@code 12.3}, {@code > 12.3} or {@code ?}. */
  @Override
  public String toString() {
    String number = String.format(Locale.ROOT, value < 10 ? "%.2f" : "%.0f", value);
    return switch (kind) {
      case EXACT -> number;
      case AT_LEAST -> "> " + number;
      case AT_MOST -> "< " + number;
      case UNKNOWN -> "?";
    };
  }
}
