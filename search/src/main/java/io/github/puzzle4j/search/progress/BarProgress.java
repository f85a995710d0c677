package io.github.puzzle4j.search.progress;

import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** Progress on a terminal: a bar with rate and remaining time. */
final class BarProgress implements Progress {

  private static final int REFRESH_MILLISECONDS = 200;
  private static final int NAME_WIDTH = 12;

  private final PrintStream terminal;
  private final int columns;
  private final InstantSource clock;
  private final TimedStages times = new TimedStages();

  BarProgress(PrintStream terminal, int columns, InstantSource clock) {
    this.terminal = terminal;
    this.columns = columns;
    this.clock = clock;
  }

  @Override
  public ProgressTask start(String stage, long totalSteps) {
    Pace pace = new Pace(totalSteps);
    ProgressBar bar =
        new ProgressBarBuilder()
            .setTaskName(stage + " ".repeat(Math.max(0, NAME_WIDTH - stage.length())))
            .setInitialMax(totalSteps)
            .setStyle(style())
            .setUpdateIntervalMillis(REFRESH_MILLISECONDS)
            .setConsumer(new ConsoleProgressBarConsumer(terminal, columns))
            .showSpeed()
            .setEtaFunction(_ -> pace.left(clock.instant()))
            .build();
    return new Task(stage, bar, pace, clock.instant());
  }

  @Override
  public void warn(String what) {
    // Overwrites the line of a bar, which is redrawn below.
    terminal.printf("\r%s%n", what);
  }

  @Override
  public void say(String what) {
    terminal.println(what);
  }

  @Override
  public List<StageTime> stageTimes() {
    return times.list();
  }

  private ProgressBarStyle style() {
    return terminal.charset().newEncoder().canEncode('█')
        ? ProgressBarStyle.UNICODE_BLOCK
        : ProgressBarStyle.ASCII;
  }

  private final class Task implements ProgressTask {

    private final String stage;
    private final ProgressBar bar;
    private final Pace pace;
    private final Instant began;
    private final AtomicBoolean closed = new AtomicBoolean();

    private Task(String stage, ProgressBar bar, Pace pace, Instant began) {
      this.pace = pace;
      this.stage = stage;
      this.bar = bar;
      this.began = began;
    }

    @Override
    public void step(long steps) {
      pace.step(steps, clock.instant());
      bar.stepBy(steps);
    }

    @Override
    public void note(String what) {
      bar.setExtraMessage(" " + what);
    }

    @Override
    public void warn(String what) {
      // Overwrites the line of the bar, which is redrawn below.
      terminal.printf("\r%s: %s%n", stage, what);
    }

    @Override
    public void close() {
      if (closed.compareAndSet(false, true)) {
        bar.setExtraMessage("");
        bar.close();
        times.add(stage, Duration.between(began, clock.instant()));
      }
    }
  }
}
