package io.github.puzzle4j.solver.exact;

import java.time.Duration;

/** Says when a search must end. */
final class Clock {

  private final long deadline;
  private boolean over;

  Clock(Duration time) {
    this.deadline = System.nanoTime() + time.toNanos();
  }

  /** Once over, it stays so, and the answer that comes of it says that it is not complete. */
  boolean isOver() {
    over = over || deadline - System.nanoTime() <= 0;
    return over;
  }
}
