package io.github.puzzle4j.search.rows;

import io.github.puzzle4j.blocklib.train.LossCurve;
import io.github.puzzle4j.search.report.TrainingLosses;
import java.io.IOException;

/** The rows of the losses of trainings. */
public final class LossRows {

  private final String point;
  private final TrainingLosses losses;
  private final int most;
  private final RunTable.Sink sink;

  /**
   * Rows of the trainings of a search.
   *
   * @param most rows of each training
   */
  public LossRows(String point, TrainingLosses losses, int most, RunTable.Sink sink) {
    this.point = point;
    this.losses = losses;
    this.most = most;
    this.sink = sink;
  }

  /** Writes them. */
  public void write() throws IOException {
    for (TrainingLosses.Curve curve : losses.library()) {
      LossCurve means = curve.losses().thinned(most);
      for (int i = 0; i < means.losses().size(); i++) {
        sink.add(
            RunTable.LOSS_CURVES,
            point,
            curve.layer(),
            curve.variant(),
            means.step(i),
            means.step(i) * curve.tokensPerStep(),
            means.losses().get(i));
      }
    }
    for (TrainingLosses.OfChild child : losses.children()) {
      LossCurve means = child.curve().losses().thinned(most);
      for (int i = 0; i < means.losses().size(); i++) {
        sink.add(
            RunTable.CHILD_LOSS_CURVES,
            point,
            child.target(),
            child.model(),
            child.stage(),
            child.curve().layer(),
            child.curve().variant(),
            means.step(i),
            means.step(i) * child.curve().tokensPerStep(),
            means.losses().get(i));
      }
    }
  }
}
