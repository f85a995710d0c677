package io.github.puzzle4j.search.progress;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;

/**
 * The progress of one of several pieces of work: its stages have its name and are timed apart from
 * those of the others, and what was warned of in another piece is not repeated.
 */
public final class PartProgress implements Progress {

  private final Progress whole;
  private final String name;
  private final Set<String> warned;
  private final InstantSource clock;
  private final TimedStages times = new TimedStages();

  /**
   * A part.
   *
   * @param whole receives its stages
   * @param name such as {@code 3/24}
   * @param warned what other parts warned of; grows
   */
  public PartProgress(Progress whole, String name, Set<String> warned) {
    this(whole, name, warned, InstantSource.system());
  }

  PartProgress(Progress whole, String name, Set<String> warned, InstantSource clock) {
    this.whole = whole;
    this.name = name;
    this.warned = warned;
    this.clock = clock;
  }

  @Override
  public ProgressTask start(String stage, long totalSteps) {
    return new Task(stage, whole.start(name + " " + stage, totalSteps), clock.instant());
  }

  @Override
  public void warn(String what) {
    if (warned.add(what)) {
      whole.warn(what);
    }
  }

  @Override
  public List<StageTime> stageTimes() {
    return times.list();
  }

  private final class Task implements ProgressTask {

    private final String stage;
    private final ProgressTask task;
    private final Instant began;

    private Task(String stage, ProgressTask task, Instant began) {
      this.stage = stage;
      this.task = task;
      this.began = began;
    }

    @Override
    public void step(long steps) {
      task.step(steps);
    }

    @Override
    public void note(String what) {
      task.note(what);
    }

    @Override
    public void warn(String what) {
      if (warned.add(what)) {
        task.warn(what);
      }
    }

    @Override
    public void close() {
      task.close();
      times.add(stage, Duration.between(began, clock.instant()));
    }
  }
}
