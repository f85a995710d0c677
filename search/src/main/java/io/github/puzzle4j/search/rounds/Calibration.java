package io.github.puzzle4j.search.rounds;

import io.github.puzzle4j.blocklib.arch.Child;
import io.github.puzzle4j.scoring.quality.ChildLoss;
import io.github.puzzle4j.scoring.quality.ChildScore;
import io.github.puzzle4j.scoring.quality.Score;
import io.github.puzzle4j.scoring.truth.Accuracy;
import io.github.puzzle4j.scoring.truth.FeatureScores;
import io.github.puzzle4j.scoring.truth.Observation;
import io.github.puzzle4j.scoring.truth.TruthModel;
import io.github.puzzle4j.solver.SolveOptions;
import io.github.puzzle4j.solver.baseline.Samples;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How far predictions can be trusted within a budget: children of all qualities are measured, the
 * model is fitted to every other one, and both it and the sum of scores predict the rest.
 *
 * @param measured the sample, with the replace-one sum and the model's prediction of each
 * @param sum how well sums of scores predict the children that were held out of the fit
 * @param model how well the fitted model does
 */
public record Calibration(List<Predicted> measured, Accuracy sum, Accuracy model) {

  private static final int LEAST = 4;

  /**
   * A child of the sample.
   *
   * @param score what was measured
   * @param loss of what is minimised
   * @param sum of the replace-one scores
   * @param model the model's prediction
   * @param fitted whether the model was fitted to it
   */
  public record Predicted(ChildScore score, Score loss, double sum, double model, boolean fitted) {}

  public Calibration {
    measured = List.copyOf(measured);
  }

  /**
   * Measures a sample.
   *
   * @param loss what is minimised
   * @param children of the sample; fewer if the budget leaves fewer
   * @return empty if the budget leaves less than four
   * @throws IOException from the meter
   */
  public static Optional<Calibration> of(
      ChildProblem space,
      FeatureScores scores,
      ChildMeter meter,
      ChildLoss loss,
      int children,
      SolveOptions options,
      long seed)
      throws IOException {
    List<Child> sample =
        Samples.stratified(space.problem(), children, seed, options).stream()
            .map(space::child)
            .toList();
    if (sample.size() < LEAST) {
      return Optional.empty();
    }
    List<ChildScore> measured = meter.measure(sample);
    List<Observation> fitted = new ArrayList<>();
    for (int i = 0; i < measured.size(); i += 2) {
      fitted.add(Observation.of(measured.get(i), loss));
    }
    TruthModel model = TruthModel.fit(scores, fitted);
    SumOfScores sum = new SumOfScores(space);
    List<Predicted> predicted = new ArrayList<>();
    for (int i = 0; i < measured.size(); i++) {
      Child child = measured.get(i).child();
      predicted.add(
          new Predicted(
              measured.get(i),
              loss.of(measured.get(i)).score(),
              sum.of(child),
              model.predict(child),
              i % 2 == 0));
    }
    return Optional.of(judged(predicted));
  }

  private static Calibration judged(List<Predicted> predicted) {
    List<Predicted> heldOut = predicted.stream().filter(one -> !one.fitted()).toList();
    double[] values = heldOut.stream().mapToDouble(one -> one.loss().mean()).toArray();
    return new Calibration(
        predicted,
        Accuracy.of(heldOut.stream().mapToDouble(Predicted::sum).toArray(), values),
        Accuracy.of(heldOut.stream().mapToDouble(Predicted::model).toArray(), values));
  }
}
