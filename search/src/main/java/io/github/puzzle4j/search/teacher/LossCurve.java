package io.github.puzzle4j.search.teacher;

import java.util.List;

/** Averages losses over stretches of steps. */
final class LossCurve {

  private final int stepsPerPoint;
  private final List<TeacherReport.CurvePoint> points;
  private double sum;
  private int count;

  LossCurve(int stepsPerPoint, List<TeacherReport.CurvePoint> points) {
    this.stepsPerPoint = stepsPerPoint;
    this.points = points;
  }

  void add(int stepsDone, double loss) {
    sum += loss;
    count++;
    if (stepsDone % stepsPerPoint == 0) {
      points.add(new TeacherReport.CurvePoint(stepsDone, sum / count));
      sum = 0;
      count = 0;
    }
  }

  /** The newest mean; NaN before the first stretch has ended. */
  double last() {
    return points.isEmpty() ? Double.NaN : points.getLast().loss();
  }
}
