package io.github.puzzle4j.search.plan;

import java.util.OptionalInt;

/**
 * Whether the blocks of chosen children are distilled anew, and for how long.
 *
 * @param wanted whether they are
 * @param steps optimizer steps of each block; empty for as many as variants are trained
 */
public record Adaptation(boolean wanted, OptionalInt steps) {

  private static final int MOST_STEPS = 100_000_000;

  public Adaptation {
    if (steps.isPresent() && (steps.getAsInt() < 1 || steps.getAsInt() > MOST_STEPS)) {
      throw new IllegalArgumentException(
          "must be true, false, or a number of steps between 1 and %d, not %d"
              .formatted(MOST_STEPS, steps.getAsInt()));
    }
  }

  /** As long as variants are trained, or not at all. */
  public static Adaptation of(boolean wanted) {
    return new Adaptation(wanted, OptionalInt.empty());
  }

  /** With so many steps for each block. */
  public static Adaptation of(int steps) {
    return new Adaptation(true, OptionalInt.of(steps));
  }
}
