package io.github.puzzle4j.solver.exact;

import java.time.Duration;

/** Time limit of a search. */
final class Clock {

  private static final Duration SHORT_DETOUR = Duration.ofSeconds(2);
  private static final int DETOUR = 4;

  private final long start = System.nanoTime();
  private final long deadline;
  private boolean over;

  Clock(Duration time) {
    this.deadline = System.nanoTime() + time.toNanos();
  }

  /** The time that is left; at least a millisecond. */
  Duration left() {
    return Duration.ofNanos(Math.max(1_000_000, deadline - System.nanoTime()));
  }

  /**
   * A clock for a detour that takes no more than half of the time left, and no more than a few
   * times as long as the search has taken.
   */
  Clock detour() {
    Duration used = Duration.ofNanos(System.nanoTime() - start);
    Duration most = max(SHORT_DETOUR, used.multipliedBy(DETOUR));
    Duration half = left().dividedBy(2);
    return new Clock(half.compareTo(most) < 0 ? half : most);
  }

  private static Duration max(Duration one, Duration other) {
    return one.compareTo(other) > 0 ? one : other;
  }

  /**
   * Whether the time is over. Once true it stays true, and the result of the search is incomplete.
   */
  boolean isOver() {
    over = over || deadline - System.nanoTime() <= 0;
    return over;
  }
}
