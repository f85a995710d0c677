package io.github.puzzle4j.search.plan;

import java.util.OptionalInt;

/**
 * Threads that compute together on the processor.
 *
 * @param number empty for as many as the engine takes by itself: all
 */
public record ThreadCount(OptionalInt number) {

  /** The spelling of all of them. */
  public static final String ALL = "all";

  private static final int MOST = 4096;

  public ThreadCount {
    if (number.isPresent() && (number.getAsInt() < 1 || number.getAsInt() > MOST)) {
      throw new IllegalArgumentException(
          "must be between 1 and %d, not %d".formatted(MOST, number.getAsInt()));
    }
  }

  /** All. */
  public static ThreadCount all() {
    return new ThreadCount(OptionalInt.empty());
  }

  /**
   * Reads {@code all} or a number.
   *
   * @throws IllegalArgumentException if it is neither
   */
  public static ThreadCount parse(String text) {
    if (text.equals(ALL)) {
      return all();
    }
    if (!text.matches("-?[0-9]{1,9}")) {
      throw new IllegalArgumentException("must be all or a whole number, not '%s'".formatted(text));
    }
    return new ThreadCount(OptionalInt.of(Integer.parseInt(text)));
  }

  @Override
  public String toString() {
    return number.isPresent() ? Integer.toString(number.getAsInt()) : ALL;
  }
}
