package io.github.puzzle4j.search.report;

/** What measured children say of the predictions, in one sentence. */
final class TruthText {

  private TruthText() {}

  static String of(TargetReport.Truth truth, ScoringReport scoring) {
    return ("%d children measured in %d rounds: %s %s by the sum of scores, %s chosen; rank correlation of"
            + " sums %s, of the model %s")
        .formatted(
            truth.children(),
            truth.rounds().size(),
            scoring.minimised(),
            Numbers.significant(truth.sumLoss().mean()),
            Numbers.significant(truth.childLoss().mean()),
            of(truth.sum()),
            of(truth.model()));
  }

  private static String of(TargetReport.Prediction prediction) {
    return "%s (measured %sx the prediction, median error %s)"
        .formatted(
            Numbers.fixed(prediction.rankCorrelation(), 2),
            Numbers.fixed(prediction.medianRatio(), 2),
            Numbers.percent(prediction.medianError()));
  }
}
