package io.github.puzzle4j.search.progress;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The time that a stage still needs, at the rate since its first step: that one also loads and
 * prepares what all steps share, and may take many times as long as any other.
 */
final class Remaining {

  private final long total;
  private @Nullable Instant first;
  private long before;
  private long done;

  Remaining(long total) {
    this.total = total;
  }

  synchronized void step(long steps, Instant now) {
    done += steps;
    if (first == null && steps > 0) {
      first = now;
      before = done;
    }
  }

  /** Empty while nothing is known but the first step. */
  synchronized Optional<Duration> at(Instant now) {
    if (first == null || done == before) {
      return Optional.empty();
    }
    double milliseconds = Duration.between(first, now).toMillis() / (double) (done - before);
    return Optional.of(Duration.ofMillis(Math.round(Math.max(0, total - done) * milliseconds)));
  }
}
