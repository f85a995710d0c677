package io.github.puzzle4j.solver.sweep;

import java.time.Duration;
import java.util.List;

/**
 * What the objective has to pay for one or two limits.
 *
 * @param axes the limits that were moved
 * @param points by ascending budget, the second axis fastest
 * @param complete whether all that was asked for is there and proven: every point optimal or
 *     infeasible and, where all trade-offs were asked for, none is missing
 * @param explanation one line for a person
 * @param elapsed wall-clock time of everything
 */
public record Frontier(
    List<Axis> axes,
    List<FrontierPoint> points,
    boolean complete,
    String explanation,
    Duration elapsed) {

  public Frontier {
    axes = List.copyOf(axes);
    points = List.copyOf(points);
  }

  /** The points that no other one betters, see {@link FrontierPoint#paretoOptimal}. */
  public List<FrontierPoint> paretoOptimal() {
    return points.stream().filter(FrontierPoint::paretoOptimal).toList();
  }
}
