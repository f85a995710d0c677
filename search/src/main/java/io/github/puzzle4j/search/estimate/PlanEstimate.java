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

  /** Stages that the targets go through one after the other. */
  private static final List<String> PER_TARGET = List.of("adapt", "measure", "uptrain");

  public PlanEstimate {
    stages = List.copyOf(stages);
  }

  /** What took less than this share of its estimate was in the store, and says nothing of speed. */
  private static final double STORED = 0.1;

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

  /**
   * What an estimated stage took, of which a run may have had several parts, such as one for each
   * target: {@code adapt} is the sum of all {@code adapt ..}.
   */
  public static Duration took(String stage, List<StageTime> parts) {
    return parts.stream()
        .filter(part -> part.stage().equals(stage) || part.stage().startsWith(stage + " "))
        .map(StageTime::duration)
        .reduce(Duration.ZERO, Duration::plus);
  }

  /**
   * What is left of a run, from this estimate and the ratio of truth to estimate so far. A stage is
   * complete as soon as this process finished it once, but for those that every target goes
   * through.
   *
   * @param parts what stages took in all processes of the run
   * @param finished what this process has finished
   * @param targets share of the targets that are finished, from 0 to 1
   */
  public Duration left(List<StageTime> parts, List<StageTime> finished, double targets) {
    double done = 0;
    double truth = 0;
    double open = 0;
    for (StageTime stage : stages) {
      double estimated = seconds(stage.duration());
      double took = seconds(took(stage.stage(), parts));
      boolean isFinished = took(stage.stage(), finished).isPositive();
      double share = PER_TARGET.contains(stage.stage()) ? targets : isFinished ? 1 : 0;
      if (took > STORED * share * estimated) {
        done += share * estimated;
        truth += share > 0 ? took : 0;
      }
      open += (1 - share) * estimated;
    }
    double ratio = done > 0 ? truth / done : 1;
    return Duration.ofMillis(Math.round(1e3 * open * ratio));
  }

  private static double seconds(Duration duration) {
    return duration.toMillis() / 1e3;
  }

  /** All stages together. */
  public Duration total() {
    return stages.stream().map(StageTime::duration).reduce(Duration.ZERO, Duration::plus);
  }
}
