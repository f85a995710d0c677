package io.github.puzzle4j.search.report;

import io.github.puzzle4j.blocklib.task.TaskCounts;
import io.github.puzzle4j.search.progress.StageTime;
import java.util.List;
import java.util.Optional;

/**
 * The results of a sweep, finished or not, also for programs.
 *
 * @param schema version of the JSON form; this release reads and writes 1
 * @param title what was searched, such as {@code sweep}
 * @param axes what differs between points, in the order of the plan
 * @param points the searches, in the order of the plan
 */
public record SweepReport(int schema, String title, List<Axis> axes, List<Point> points) {

  /** The version that this release reads and writes. */
  public static final int SCHEMA = 1;

  public SweepReport {
    if (schema != SCHEMA) {
      throw new IllegalArgumentException("schema %d is not %d".formatted(schema, SCHEMA));
    }
    axes = List.copyOf(axes);
    points = List.copyOf(points);
  }

  /**
   * Keys of the plan that have one value in each point.
   *
   * @param keys their paths, separated by commas
   * @param heading a short name
   */
  public record Axis(String keys, String heading) {}

  /** What became of a point. */
  public enum Status {
    /** Its child is found, measured and exported. */
    DONE,
    /** No child keeps its budget. */
    OUT_OF_REACH,
    /** Its plan cannot be run, such as a format that the GPU does not multiply in. */
    REFUSED,
    /** It ended with an error; the same command tries it again. */
    FAILED,
    /** It is not done yet. */
    MISSING
  }

  /**
   * A search of the sweep.
   *
   * @param name of its folder
   * @param values of the axes, as text; empty where the plan's own is used
   * @param status what became of it
   * @param reason why it is not done, or what is out of reach in it; else empty
   * @param results what it found, if it is done
   */
  public record Point(
      String name, List<String> values, Status status, String reason, Optional<Results> results) {

    public Point {
      values = List.copyOf(values);
    }

    /** Of all its targets that are in reach. */
    public List<TargetReport> targets() {
      return results.map(Results::targets).orElse(List.of());
    }
  }

  /**
   * What a search found; see {@link ReportData}.
   *
   * @param targets one part per target, in the plan's order
   * @param scoring how the scores came about
   * @param stages how long each stage took
   * @param tasks numbers of computed and reused tasks
   */
  public record Results(
      List<TargetReport> targets, ScoringReport scoring, List<StageTime> stages, TaskCounts tasks) {

    public Results {
      targets = List.copyOf(targets);
      stages = List.copyOf(stages);
    }

    /** Those of a finished search. */
    public static Results of(ReportData report) {
      return new Results(report.targets(), report.scoring(), report.stages(), report.tasks());
    }
  }

  /** How many points have a status. */
  public long count(Status status) {
    return points.stream().filter(point -> point.status() == status).count();
  }
}
