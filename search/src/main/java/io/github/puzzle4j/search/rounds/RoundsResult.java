package io.github.puzzle4j.search.rounds;

import io.github.puzzle4j.blocklib.arch.Child;
import io.github.puzzle4j.scoring.quality.ChildLoss;
import io.github.puzzle4j.scoring.quality.ChildScore;
import io.github.puzzle4j.scoring.truth.Accuracy;
import java.util.Comparator;
import java.util.List;

/**
 * The end of all rounds.
 *
 * @param first the choice by the sum of replace-one scores
 * @param best the child that is chosen; the first one, unless another is better by more than two
 *     standard errors of their difference
 * @param rounds in order
 * @param measured all children, in the order in which they were measured
 * @param loss by which they are compared
 * @param sum how well sums of replace-one scores predicted them
 * @param model how well the fitted model predicts each of them from the others
 */
public record RoundsResult(
    ChildScore first,
    ChildScore best,
    List<Round> rounds,
    List<ChildScore> measured,
    ChildLoss loss,
    Accuracy sum,
    Accuracy model) {

  public RoundsResult {
    rounds = List.copyOf(rounds);
    measured = List.copyOf(measured);
  }

  /** The children by ascending loss. */
  public List<Child> bestFirst() {
    return measured.stream()
        .sorted(Comparator.comparingDouble(one -> loss.of(one).mean()))
        .map(ChildScore::child)
        .toList();
  }
}
