package io.github.puzzle4j.solver;

import java.time.Duration;

/**
 * Settings of a solver run.
 *
 * @param backend name of a backend, or {@link #AUTO}
 * @param timeLimit for the whole run; when it is reached, the best selection found is returned
 * @param seed of the backend's random choices; results are reproducible if the time limit is not
 *     reached
 */
public record SolveOptions(String backend, Duration timeLimit, long seed) {

  /** The default backend that works on this machine. */
  public static final String AUTO = "auto";

  /** This project's own search, which works on every machine and asks no other backend. */
  public static final String EXACT = "exact";

  public SolveOptions {
    if (timeLimit.isNegative() || timeLimit.isZero()) {
      throw new IllegalArgumentException("time limit must be positive, found " + timeLimit);
    }
  }

  /** The default backend with a limit of five minutes. */
  public static SolveOptions defaults() {
    return new SolveOptions(AUTO, Duration.ofMinutes(5), 1);
  }

  /** Returns a copy with another backend. */
  public SolveOptions withBackend(String name) {
    return new SolveOptions(name, timeLimit, seed);
  }

  /** Returns a copy with another time limit. */
  public SolveOptions withTimeLimit(Duration limit) {
    return new SolveOptions(backend, limit, seed);
  }
}
