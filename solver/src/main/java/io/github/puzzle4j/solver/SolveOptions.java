package io.github.puzzle4j.solver;

import java.time.Duration;

/**
 * How a problem is to be solved.
 *
 * @param backend name of a backend, or {@link #AUTO}
 * @param timeLimit for everything together; when it is over the best selection found is returned
 * @param seed of the backend's random choices; the same seed gives the same answer where the time
 *     limit is not reached
 */
public record SolveOptions(String backend, Duration timeLimit, long seed) {

  /** The default backend that works on this machine. */
  public static final String AUTO = "auto";

  public SolveOptions {
    if (timeLimit.isNegative() || timeLimit.isZero()) {
      throw new IllegalArgumentException("time limit must be positive, found " + timeLimit);
    }
  }

  /** The default backend, five minutes at most. */
  public static SolveOptions defaults() {
    return new SolveOptions(AUTO, Duration.ofMinutes(5), 1);
  }

  /** The same with another backend. */
  public SolveOptions withBackend(String name) {
    return new SolveOptions(name, timeLimit, seed);
  }

  /** The same with another time limit. */
  public SolveOptions withTimeLimit(Duration limit) {
    return new SolveOptions(backend, limit, seed);
  }
}
