package io.github.puzzle4j.search.progress;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/** Progress in logs and pipes: a few plain lines. */
final class LineProgress implements Progress {

  private static final Duration BETWEEN_LINES = Duration.ofSeconds(10);

  private final Consumer<String> out;
  private final Consumer<String> warnings;
  private final InstantSource clock;
  private final TimedStages times = new TimedStages();

  LineProgress(Consumer<String> out, Consumer<String> warnings, InstantSource clock) {
    this.out = out;
    this.warnings = warnings;
    this.clock = clock;
  }

  @Override
  public ProgressTask start(String stage, long totalSteps) {
    out.accept(stage + ": started");
    return new Task(stage, totalSteps, clock.instant());
  }

  @Override
  public void warn(String what) {
    warnings.accept(what);
  }

  @Override
  public void say(String what) {
    out.accept(what);
  }

  @Override
  public List<StageTime> stageTimes() {
    return times.list();
  }

  private final class Task implements ProgressTask {

    private final String stage;
    private final long totalSteps;
    private final Instant began;
    private final Pace pace;
    private Instant lastLine;
    private long done;
    private String note = "";
    private boolean closed;

    private Task(String stage, long totalSteps, Instant began) {
      this.stage = stage;
      this.totalSteps = totalSteps;
      this.began = began;
      this.pace = new Pace(totalSteps);
      this.lastLine = began;
    }

    @Override
    public synchronized void step(long steps) {
      done += steps;
      Instant now = clock.instant();
      pace.step(steps, now);
      if (Duration.between(lastLine, now).compareTo(BETWEEN_LINES) >= 0) {
        lastLine = now;
        out.accept(line(now));
      }
    }

    private String line(Instant now) {
      String left =
          pace.left(now).map(time -> ", %s left".formatted(DurationText.of(time))).orElse("");
      return String.format(
              Locale.ROOT,
              "%s: %d of %d, %.1f/s",
              stage,
              done,
              totalSteps,
              pace.perSecond(began, now))
          + left
          + (note.isEmpty() ? "" : ", " + note);
    }

    @Override
    public synchronized void note(String what) {
      note = what;
    }

    @Override
    public synchronized void warn(String what) {
      warnings.accept(stage + ": " + what);
    }

    @Override
    public synchronized void close() {
      if (closed) {
        return;
      }
      closed = true;
      Duration took = Duration.between(began, clock.instant());
      times.add(stage, took);
      out.accept(
          done >= totalSteps
              ? "%s: done in %s".formatted(stage, DurationText.of(took))
              : "%s: stopped at %d of %d after %s"
                  .formatted(stage, done, totalSteps, DurationText.of(took)));
    }
  }
}
