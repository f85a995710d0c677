package io.github.puzzle4j.solver.backend;

import java.time.Duration;

/**
 * Resources of a backend.
 *
 * @param time wall-clock time; positive
 * @param seed of random choices; equal calls return equal answers
 */
public record Budget(Duration time, long seed) {

  /** The time in seconds. */
  public double seconds() {
    return time.toNanos() / 1e9;
  }
}
