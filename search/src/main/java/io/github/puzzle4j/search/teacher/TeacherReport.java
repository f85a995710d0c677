package io.github.puzzle4j.search.teacher;

import io.github.puzzle4j.scoring.quality.Evaluation;
import java.util.List;

/**
 * What came of a training.
 *
 * @param recipe what was asked for
 * @param parameters trainable numbers
 * @param curve mean training loss over stretches of steps
 * @param heldOut measured on documents of the held-out split, with weights as they are stored
 */
public record TeacherReport(
    TeacherRecipe recipe, long parameters, List<CurvePoint> curve, Evaluation heldOut) {

  /**
   * One stretch of the loss curve.
   *
   * @param steps done at its end
   * @param loss mean over it, nats per token
   */
  public record CurvePoint(int steps, double loss) {}

  public TeacherReport {
    curve = List.copyOf(curve);
  }
}
