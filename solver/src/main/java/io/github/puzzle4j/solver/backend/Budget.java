package io.github.puzzle4j.solver.backend;

import java.time.Duration;

/**
 * Resources of a backend.
 *
 * @param time wall-clock time; positive
 * @param seed of random choices; equal calls return equal answers
 * @param work limit in seconds as the backend counts them, the same on every machine, so that what
 *     ends there is reproducible; infinite if there is none, ignored by backends that do not count
 */
public record Budget(Duration time, long seed, double work) {

  /** A budget that only the time limits. */
  public Budget(Duration time, long seed) {
    this(time, seed, Double.POSITIVE_INFINITY);
  }

  /** The time in seconds. */
  public double seconds() {
    return time.toNanos() / 1e9;
  }
}
