package io.github.puzzle4j.search.plan;

import java.time.Duration;

/**
 * How the best combination of variants is found.
 *
 * @param backend name of a solver backend, such as {@code cp-sat}
 * @param timeLimit for one problem; an answer that is not proven by then is marked as such
 */
public record Solve(String backend, Duration timeLimit) {

  public Solve {
    Require.name("backend", backend);
    Require.that(
        timeLimit.isPositive(), "timeLimit", "must be longer than nothing, not %s", timeLimit);
  }
}
