package io.github.puzzle4j.solver.sweep;

import java.time.Duration;
import java.util.List;

/**
 * The best objective as a function of one or two limits.
 *
 * @param axes the varied limits
 * @param points by ascending budget, the second axis varying fastest
 * @param complete whether every requested point is present and proven optimal or infeasible and, if
 *     all trade-offs were requested, none is missing
 * @param explanation one line for users
 * @param elapsed wall-clock time
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
}
