package io.github.puzzle4j.search.plan;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Checks of a plan's values; each failure names its key. */
final class Require {

  private Require() {}

  /** A value that is not allowed, and the key that holds it. */
  static final class BadValue extends IllegalArgumentException {

    private static final long serialVersionUID = 1;

    private final String key;

    BadValue(String key, String message) {
      super(message);
      this.key = key;
    }

    /** The key, relative to the section that was being read. */
    String key() {
      return key;
    }
  }

  @SuppressWarnings("AnnotateFormatMethod") // its annotation would be another dependency
  static void that(boolean condition, String key, String message, Object... values) {
    if (!condition) {
      throw new BadValue(key, message.formatted(values));
    }
  }

  static void within(String key, int value, int least, int most) {
    that(
        value >= least && value <= most,
        key,
        "must be between %d and %d, not %d",
        least,
        most,
        value);
  }

  static void notEmpty(String key, List<?> values) {
    that(!values.isEmpty(), key, "must have at least one entry");
  }

  /** Names occur in file names and in lists of names. */
  static void name(String key, String value) {
    that(
        value.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,63}"),
        key,
        "must be a name of letters, digits, '-', '_' and '.', not '%s'",
        value);
  }

  static <T> List<T> distinct(String key, List<T> values) {
    Set<T> seen = new HashSet<>();
    for (T value : values) {
      that(seen.add(value), key, "names '%s' twice", value);
    }
    return List.copyOf(values);
  }

  /** The keys that every training has. */
  static void trains(int steps, int batch, double learningRate, int warmupSteps) {
    within("steps", steps, 0, 100_000_000);
    within("batch", batch, 1, 1 << 20);
    that(
        learningRate > 0 && learningRate <= 1,
        "learningRate",
        "must be above 0 and at most 1, not %s",
        learningRate);
    that(
        warmupSteps >= 0 && warmupSteps <= steps,
        "warmupSteps",
        "must be between 0 and steps (%d), not %d",
        steps,
        warmupSteps);
  }
}
