package io.github.puzzle4j.search.plan;

import java.util.List;

/**
 * A plan with a {@code sweep}: several plans that differ in the values of some keys.
 *
 * @param source name of the file
 * @param axes what differs, in the order of the file
 * @param points the plans, in order and without repetition
 * @param text the file with the settings of the command line, as YAML
 */
public record SweepFile(String source, List<Axis> axes, List<Point> points, String text)
    implements PlanDocument {

  public SweepFile {
    axes = List.copyOf(axes);
    points = List.copyOf(points);
  }

  /**
   * Keys that have one value in each point.
   *
   * @param keys their paths, separated by commas
   * @param heading a short name, unique in the sweep
   */
  public record Axis(String keys, String heading) {}

  /**
   * One of the plans.
   *
   * @param name for folders: of its values and of a digest of them
   * @param values one for each axis, as text; empty where the plan's own value is used
   * @param file the plan
   */
  public record Point(String name, List<String> values, PlanFile file) {

    public Point {
      values = List.copyOf(values);
    }
  }
}
