package io.github.puzzle4j.solver.backend;

import java.time.Duration;

/**
 * What a backend may use.
 *
 * @param time wall-clock time; positive
 * @param seed of random choices, so that the same call gives the same answer
 */
public record Budget(Duration time, long seed) {

  /** The time in seconds. */
  public double seconds() {
    return time.toNanos() / 1e9;
  }
}
