package io.github.puzzle4j.solver;

import java.time.Duration;

/**
 * A {@link SolveSession} that ends: each problem has its own time limit, and all together have
 * another. What comes after the end is undecided, at once.
 */
public final class TimedSession {

  private static final Duration CENTURIES = Duration.ofDays(36_500);

  private final SolveSession session;
  private final SolveOptions each;
  private final long start;
  private final Duration total;

  private TimedSession(SolveOptions each, long start, Duration total) {
    this.session = SolveSession.with(each);
    this.each = each;
    this.start = start;
    this.total = total;
  }

  /**
   * A session that begins now.
   *
   * @param each how to solve each problem; its time limit is that of one problem
   * @param total time for all problems together
   */
  public static TimedSession start(SolveOptions each, Duration total) {
    Duration bounded = total.compareTo(CENTURIES) < 0 ? total : CENTURIES;
    return new TimedSession(each, System.nanoTime(), bounded);
  }

  /** Another session for problems of another kind, which ends at the same time. */
  public TimedSession beside() {
    return new TimedSession(each, start, total);
  }

  /** The time since the session began. */
  public Duration elapsed() {
    return Duration.ofNanos(System.nanoTime() - start);
  }

  /** Whether no time is left. */
  public boolean isOver() {
    return elapsed().compareTo(total) >= 0;
  }

  /** Solves in the time that is left, at most in the time for one problem. */
  public SolveResult solve(SelectionProblem problem) {
    Duration left = total.minus(elapsed());
    return left.isPositive()
        ? session.solve(problem, left)
        : new SolveResult.Undecided(
            "the time for all problems together is over",
            new Effort(each.backend(), Duration.ZERO, 0, 0));
  }
}
