package io.github.puzzle4j.search.demo;

import io.github.puzzle4j.scoring.quality.Evaluation;
import java.util.List;

/**
 * Result of training a teacher.
 *
 * @param recipe hyperparameters
 * @param parameters number of parameters
 * @param curve mean training loss per interval of steps
 * @param heldOut evaluation of the stored weights on the held-out split
 */
public record TeacherReport(
    TeacherRecipe recipe, long parameters, List<CurvePoint> curve, Evaluation heldOut) {

  /**
   * One interval of the loss curve.
   *
   * @param steps number of steps done at its end
   * @param loss mean over the interval, in nats per token
   */
  public record CurvePoint(int steps, double loss) {}

  public TeacherReport {
    curve = List.copyOf(curve);
  }
}
