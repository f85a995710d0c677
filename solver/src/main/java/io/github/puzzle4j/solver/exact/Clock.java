package io.github.puzzle4j.solver.exact;

import java.time.Duration;

/** Time limit of a search. */
final class Clock {

  private final long deadline;
  private boolean over;

  Clock(Duration time) {
    this.deadline = System.nanoTime() + time.toNanos();
  }

  /**
   * Whether the time is over. Once true it stays true, and the result of the search is incomplete.
   */
  boolean isOver() {
    over = over || deadline - System.nanoTime() <= 0;
    return over;
  }
}
