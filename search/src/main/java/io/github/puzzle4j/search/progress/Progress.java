package io.github.puzzle4j.search.progress;

import java.io.PrintStream;
import java.time.InstantSource;
import java.util.List;

/**
 * Where stages report how far they have come.
 *
 * <pre>{@code
 * try (ProgressTask task = progress.start("distill", variants * steps)) {
 *   task.note("L3 gqa_2");
 *   task.step(1);
 * }
 * }</pre>
 *
 * Stages follow each other; they do not nest.
 */
public interface Progress {

  /**
   * Begins a stage.
   *
   * @param stage its name, such as {@code distill}
   * @param totalSteps steps that make it complete, at least 0
   */
  ProgressTask start(String stage, long totalSteps);

  /** The stages that have ended, in order. */
  List<StageTime> stageTimes();

  /** Shows nothing, but keeps the times. */
  static Progress silent() {
    return new LineProgress(line -> {}, InstantSource.system());
  }

  /** A line when a stage begins and when it ends, and at most one in ten seconds between. */
  static Progress lines(PrintStream out) {
    return new LineProgress(out::println, InstantSource.system());
  }

  /**
   * One live bar per stage.
   *
   * @param columns width of the terminal
   */
  static Progress bars(PrintStream terminal, int columns) {
    return new BarProgress(terminal, columns, InstantSource.system());
  }
}
