package io.github.puzzle4j.solver;

import java.time.Duration;

/**
 * A {@link SolveSession} with a total time limit in addition to the limit per problem. Problems
 * after the total time are undecided immediately.
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
   * Starts a session.
   *
   * @param each options per problem, including its time limit
   * @param total time for all problems together
   */
  public static TimedSession start(SolveOptions each, Duration total) {
    Duration bounded = total.compareTo(CENTURIES) < 0 ? total : CENTURIES;
    return new TimedSession(each, System.nanoTime(), bounded);
  }

  /** Creates another session with the same deadline, for problems of another kind. */
  public TimedSession withSameDeadline() {
    return new TimedSession(each, start, total);
  }

  /** Creates another session that ends after this share of the time that is left. */
  public TimedSession withShare(double share) {
    Duration used = elapsed();
    Duration left = total.minus(used);
    return new TimedSession(
        each, start, used.plus(Duration.ofNanos((long) (left.toNanos() * share))));
  }

  /** Time since the start of the session. */
  public Duration elapsed() {
    return Duration.ofNanos(System.nanoTime() - start);
  }

  /** Whether the total time is used up. */
  public boolean isOver() {
    return elapsed().compareTo(total) >= 0;
  }

  /** Solves a problem within the remaining time, at most the time limit per problem. */
  public SolveResult solve(SelectionProblem problem) {
    Duration left = total.minus(elapsed());
    return left.isPositive()
        ? session.solve(problem, left)
        : new SolveResult.Undecided(
            "the time for all problems together is over",
            new Effort(each.backend(), Duration.ZERO, 0, 0));
  }
}
