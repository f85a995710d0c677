package io.github.puzzle4j.search.progress;

import java.io.PrintStream;
import java.time.InstantSource;
import java.util.List;

/**
 * Receives the progress of stages.
 *
 * <pre>{@code
 * try (ProgressTask task = progress.start("distill", variants * steps)) {
 *   task.note("L3 gqa_2");
 *   task.step(1);
 * }
 * }</pre>
 *
 * Stages run one after another; they do not nest.
 */
public interface Progress {

  /**
   * Starts a stage.
   *
   * @param stage its name, for example {@code distill}
   * @param totalSteps number of steps, at least 0
   */
  ProgressTask start(String stage, long totalSteps);

  /** Prints a warning of one line, within or between stages. */
  default void warn(String what) {}

  /** Says something of one line between stages. */
  default void say(String what) {}

  /** Durations of the finished stages, in order. */
  List<StageTime> stageTimes();

  /** Prints nothing, but measures the stages. */
  static Progress silent() {
    return new LineProgress(line -> {}, line -> {}, InstantSource.system());
  }

  /** Prints warnings and nothing else. */
  static Progress warnings(PrintStream out) {
    return new LineProgress(line -> {}, out::println, InstantSource.system());
  }

  /**
   * Prints a line at the start and end of a stage, and at most one every ten seconds in between.
   */
  static Progress lines(PrintStream out) {
    return new LineProgress(out::println, out::println, InstantSource.system());
  }

  /**
   * Draws one bar per stage.
   *
   * @param columns width of the terminal
   */
  static Progress bars(PrintStream terminal, int columns) {
    return new BarProgress(terminal, columns, InstantSource.system());
  }
}
