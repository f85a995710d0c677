package io.github.puzzle4j.search.run;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.task.SealedJson;
import io.github.puzzle4j.search.progress.Progress;
import io.github.puzzle4j.search.progress.ProgressTask;
import io.github.puzzle4j.search.progress.StageTime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * Progress whose times are those of a whole run: what the stages of its earlier processes took is
 * in a file, to which this one adds, also while a stage is under way. Of a process that is killed,
 * half a minute is lost, or the step that it was in.
 */
final class KeptTimes implements Progress {

  private static final int SCHEMA = 1;

  private static final Duration BETWEEN_WRITES = Duration.ofSeconds(30);

  private final Progress progress;
  private final Path file;
  private final InstantSource clock;
  private final List<StageTime> earlier;
  private final int known;
  private boolean warned;

  /**
   * What a file holds.
   *
   * @param schema of this format
   * @param stages each with the time of all processes so far
   */
  private record Kept(int schema, List<StageTime> stages) {}

  private KeptTimes(
      Progress progress, int known, Path file, InstantSource clock, List<StageTime> earlier) {
    this.progress = progress;
    this.known = known;
    this.file = file;
    this.clock = clock;
    this.earlier = List.copyOf(earlier);
  }

  /**
   * Goes on with the times of a file, if there is one.
   *
   * @param progress of this process
   * @param known how many stages it has that are not of this run
   */
  static KeptTimes of(Path file, Progress progress, int known, InstantSource clock)
      throws IOException {
    List<StageTime> earlier = List.of();
    if (Files.exists(file)) {
      try {
        earlier = SealedJson.read(file, Kept.class).stages();
      } catch (InvalidInputException damaged) {
        progress.warn("%s; times begin anew".formatted(damaged.getMessage()));
      }
    }
    return new KeptTimes(progress, known, file, clock, earlier);
  }

  @Override
  public ProgressTask start(String stage, long totalSteps) {
    return new Task(stage, progress.start(stage, totalSteps));
  }

  @Override
  public void warn(String what) {
    progress.warn(what);
  }

  @Override
  public void say(String what) {
    progress.say(what);
  }

  /** Of all processes, those of one name together. */
  @Override
  public List<StageTime> stageTimes() {
    return sums(ofThisProcess());
  }

  /** Those that this process has finished. */
  List<StageTime> ofThisProcess() {
    List<StageTime> all = progress.stageTimes();
    return all.subList(Math.min(known, all.size()), all.size());
  }

  /** What the stages of earlier processes took. */
  Duration earlier() {
    return earlier.stream().map(StageTime::duration).reduce(Duration.ZERO, Duration::plus);
  }

  private List<StageTime> sums(List<StageTime> ofThisProcess) {
    SequencedMap<String, Duration> times = new LinkedHashMap<>();
    earlier.forEach(stage -> times.merge(stage.stage(), stage.duration(), Duration::plus));
    ofThisProcess.forEach(stage -> times.merge(stage.stage(), stage.duration(), Duration::plus));
    return times.entrySet().stream()
        .map(stage -> new StageTime(stage.getKey(), stage.getValue()))
        .toList();
  }

  private void write(List<StageTime> ofThisProcess) {
    try {
      SealedJson.write(file, new Kept(SCHEMA, sums(ofThisProcess)));
    } catch (IOException unwritable) {
      // Times are no result: what is computed goes on, and fails by itself if it cannot be written.
      if (!warned) {
        warned = true;
        progress.warn("times of stages are not kept: " + unwritable.getMessage());
      }
    }
  }

  private final class Task implements ProgressTask {

    private final String stage;
    private final ProgressTask task;
    private final Instant began = clock.instant();
    private Instant written = began;
    private boolean closed;

    Task(String stage, ProgressTask task) {
      this.stage = stage;
      this.task = task;
    }

    @Override
    public void step(long steps) {
      task.step(steps);
      writeFromTimeToTime();
    }

    private synchronized void writeFromTimeToTime() {
      Instant now = clock.instant();
      if (!closed && Duration.between(written, now).compareTo(BETWEEN_WRITES) >= 0) {
        written = now;
        List<StageTime> times = new ArrayList<>(ofThisProcess());
        times.add(new StageTime(stage, Duration.between(began, now)));
        write(times);
      }
    }

    @Override
    public void note(String what) {
      task.note(what);
    }

    @Override
    public void warn(String what) {
      task.warn(what);
    }

    @Override
    public synchronized void close() {
      if (!closed) {
        closed = true;
        task.close();
        write(ofThisProcess());
      }
    }
  }
}
