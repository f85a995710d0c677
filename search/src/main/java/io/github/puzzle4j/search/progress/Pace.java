package io.github.puzzle4j.search.progress;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How fast a stage goes, and the time that it still needs. The first step does not count: it also
 * loads and prepares what all steps share, and may take many times as long as any other. Nor does,
 * after a while, the first half of the time, or all before a step that takes longer: a resumed
 * stage begins with what is in its store, which takes no time.
 */
final class Pace {

  private final long total;
  private long done;
  private @Nullable Mark first;
  private @Nullable Mark from;

  private @Nullable Mark last;

  /** Takes the place of {@link #from} when the time since the first step has doubled. */
  private @Nullable Mark next;

  Pace(long total) {
    this.total = total;
  }

  private record Mark(Instant time, long done) {}

  synchronized void step(long steps, Instant now) {
    done += steps;
    if (steps <= 0) {
      return;
    }
    Mark mark = new Mark(now, done);
    if (first == null || last == null || next == null) {
      first = mark;
      from = mark;
      next = mark;
    } else if (hasDoubled(first, last, now)) {
      // This step alone took longer than all before it.
      from = last;
      next = mark;
    } else if (hasDoubled(first, next, now)) {
      from = next;
      next = mark;
    }
    last = mark;
  }

  private static boolean hasDoubled(Mark first, Mark mark, Instant now) {
    Duration before = Duration.between(first.time(), mark.time());
    return Duration.between(first.time(), now).compareTo(before.multipliedBy(2)) >= 0;
  }

  /** Empty while nothing is known but the first step. */
  synchronized Optional<Duration> left(Instant now) {
    if (from == null || done == from.done()) {
      return Optional.empty();
    }
    double milliseconds =
        Duration.between(from.time(), now).toMillis() / (double) (done - from.done());
    return Optional.of(Duration.ofMillis(Math.round(Math.max(0, total - done) * milliseconds)));
  }

  /**
   * Steps in a second.
   *
   * @param began when the stage did, which counts while nothing is known but its first step
   */
  synchronized double perSecond(Instant began, Instant now) {
    Mark since = from == null || done == from.done() ? new Mark(began, 0) : from;
    double seconds = Duration.between(since.time(), now).toMillis() / 1000.0;
    return (done - since.done()) / Math.max(1e-3, seconds);
  }
}
