package io.github.puzzle4j.search.estimate;

import io.github.puzzle4j.search.progress.StageTime;
import java.time.Duration;
import java.util.List;

/**
 * What a search will take if nothing of it is in its store yet.
 *
 * @param stages times by stage; solving and export are left out, which take seconds
 * @param disk bytes that are written
 * @param measuring how long measuring for this estimate took
 */
public record PlanEstimate(List<StageTime> stages, Disk disk, Duration measuring) {

  public PlanEstimate {
    stages = List.copyOf(stages);
  }

  /**
   * Bytes on disk.
   *
   * @param library weights of all trained variants
   * @param activations that do not fit the memory for them; freed after each stage
   * @param children weights of finalists and repaired children, and exports
   */
  public record Disk(long library, long activations, long children) {

    /** All of them. */
    public long total() {
      return library + activations + children;
    }
  }

  /** All stages together. */
  public Duration total() {
    return stages.stream().map(StageTime::duration).reduce(Duration.ZERO, Duration::plus);
  }
}
