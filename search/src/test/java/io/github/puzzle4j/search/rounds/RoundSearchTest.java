package io.github.puzzle4j.search.rounds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.puzzle4j.blocklib.arch.Child;
import io.github.puzzle4j.scoring.quality.ChildLoss;
import io.github.puzzle4j.scoring.quality.ChildScore;
import io.github.puzzle4j.scoring.quality.Metric;
import io.github.puzzle4j.scoring.quality.Score;
import io.github.puzzle4j.scoring.quality.ScoreObjective;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RoundSearchTest {

  private static final int ROUNDS = 4;
  private static final int CHILDREN = 24;
  private static final double PENALTY = 1.4;

  /** What a meter was asked for. */
  private static final class Recorder implements ChildMeter {

    private final MadeUpTruth truth;
    private final List<List<Child>> calls = new ArrayList<>();

    Recorder(MadeUpTruth truth) {
      this.truth = truth;
    }

    List<Child> children() {
      return calls.stream().flatMap(List::stream).toList();
    }

    @Override
    public List<ChildScore> measure(List<Child> children) {
      calls.add(children);
      return children.stream().map(truth::measured).toList();
    }
  }

  private static RoundSearch search(MadeUpTruth truth, ChildMeter meter, int rounds, long seed) {
    return new RoundSearch(
        truth,
        truth.featureScores(),
        meter,
        new ChildLoss(ScoreObjective.of(Metric.KL_DIVERGENCE), Optional.empty()),
        rounds,
        CHILDREN,
        MadeUpTruth.options(),
        seed);
  }

  private static RoundsResult run(MadeUpTruth truth, ChildMeter meter, long seed)
      throws IOException {
    return search(truth, meter, ROUNDS, seed).run(truth.first(), List.of(), round -> {});
  }

  /** KL says the opposite here; the teacher's own LM loss is measured, too. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void childrenAreComparedByWhatThePlanMinimises(long seed) throws IOException {
    MadeUpTruth truth = new MadeUpTruth(seed, PENALTY);
    ChildMeter opposite =
        children ->
            children.stream()
                .map(child -> {
                  ChildScore score = truth.measured(child);
                  double kl = 1 / (1 + truth.kl(child));
                  Map<Metric, List<Score.Part>> metrics = new EnumMap<>(score.metrics());
                  metrics.put(Metric.KL_DIVERGENCE, Parts.of(kl, kl));
                  return new ChildScore(child, metrics);
                })
                .toList();
    ChildLoss loss = opposite.loss(ScoreObjective.of(Metric.LM_LOSS), truth.first().teacher());

    RoundsResult result =
        new RoundSearch(
                truth,
                truth.featureScores(),
                opposite,
                loss,
                ROUNDS,
                CHILDREN,
                MadeUpTruth.options(),
                seed)
            .run(truth.first(), List.of(), round -> {});

    RoundsResult byKl = run(truth, new Recorder(truth), seed);
    assertThat(truth.kl(result.best().child())).isLessThan(0.9 * truth.kl(truth.first()));
    assertThat(result.best().child()).isEqualTo(byKl.best().child());
    assertThat(result.bestFirst().getFirst()).isEqualTo(result.best().child());
    assertThat(loss.of(result.best()).mean())
        .as("above the teacher")
        .isCloseTo(truth.kl(result.best().child()), within(1e-9));
  }

  private static double kl(ChildScore score) {
    return score.in(Metric.KL_DIVERGENCE).mean();
  }

  /** The sum does not know that neighbours without attention do worse together. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void aBetterChildThanThatOfTheSumIsFound(long seed) throws IOException {
    MadeUpTruth truth = new MadeUpTruth(seed, PENALTY);
    Recorder meter = new Recorder(truth);

    RoundsResult result = run(truth, meter, seed);

    double least = truth.leastKl();
    assertThat(truth.kl(truth.first())).as("the case has something to find").isGreaterThan(least);
    assertThat(kl(result.best())).isLessThan(0.9 * kl(result.first()));
    assertThat(kl(result.best())).isCloseTo(least, within(0.25 * least));
    assertThat(result.best().child()).isIn(meter.children());
    assertThat(result.model().rankCorrelation()).isGreaterThan(result.sum().rankCorrelation());
    assertThat(result.model().medianError()).isLessThan(result.sum().medianError());
  }

  @ParameterizedTest
  @ValueSource(doubles = {1, PENALTY, 5})
  void everyMeasuredChildKeepsAllLimitsAndIsMeasuredOnce(double penalty) throws IOException {
    MadeUpTruth truth = new MadeUpTruth(3, penalty);
    Recorder meter = new Recorder(truth);

    RoundsResult result = run(truth, meter, 1);

    assertThat(meter.children()).doesNotHaveDuplicates().allMatch(truth::keepsAllLimits);
    assertThat(meter.children().getFirst()).isEqualTo(truth.first());
    assertThat(result.measured())
        .extracting(ChildScore::child)
        .containsExactlyElementsOf(meter.children());
    assertThat(meter.calls).allSatisfy(call -> assertThat(call).hasSizeBetween(1, CHILDREN + 1));
  }

  @Test
  void roundsAreReportedAsTheyEnd() throws IOException {
    MadeUpTruth truth = new MadeUpTruth(2, PENALTY);
    Recorder meter = new Recorder(truth);
    List<Round> told = new ArrayList<>();

    RoundsResult result =
        search(truth, meter, ROUNDS, 1)
            .run(
                truth.first(),
                List.of(),
                round -> {
                  told.add(round);
                  assertThat(round.children()).isEqualTo(meter.calls.getLast().size());
                });

    assertThat(result.rounds()).isEqualTo(told).hasSizeBetween(2, 1 + ROUNDS);
    double best = Double.POSITIVE_INFINITY;
    for (int number = 0; number < told.size(); number++) {
      assertThat(told.get(number).number()).isEqualTo(number);
      best =
          Math.min(
              best, meter.calls.get(number).stream().mapToDouble(truth::kl).min().orElseThrow());
      assertThat(told.get(number).best()).isCloseTo(best, within(1e-9));
    }
    assertThat(told.getFirst().predictionError()).isZero();
    assertThat(told.get(1).predictionError()).isBetween(1e-6, 1.0);
    assertThat(kl(result.best())).isCloseTo(best, within(1e-9));
  }

  /**
   * The optimum of the sum is the best child: neither optima of the model nor mutations better it.
   */
  @Test
  void whereTheSumIsTheTruthItsChoiceIsKeptAndTheRoundsEnd() throws IOException {
    MadeUpTruth truth = new MadeUpTruth(4, 1);

    RoundsResult result = run(truth, new Recorder(truth), 1);

    assertThat(result.best()).isEqualTo(result.first());
    assertThat(result.best().child()).isEqualTo(truth.first());
    assertThat(result.rounds()).hasSize(3);
    assertThat(result.sum().rankCorrelation()).isCloseTo(1, within(0.01));
    assertThat(result.sum().medianRatio()).isCloseTo(1, within(1e-6));
  }

  /** Each child is better on one half of the text. */
  @Test
  void aDifferenceWithinItsErrorKeepsTheChoiceOfTheSum() throws IOException {
    MadeUpTruth truth = new MadeUpTruth(4, 1);
    Child first = truth.first();
    ChildMeter noisy =
        children ->
            children.stream()
                .map(child -> {
                  double[] means =
                      child.equals(first) ? new double[] {0.9, 0.1} : new double[] {0.1, 0.89};
                  return Parts.score(child, means);
                })
                .toList();

    RoundsResult result = run(truth, noisy, 1);

    assertThat(kl(result.measured().getLast())).isLessThan(kl(result.first()));
    assertThat(result.best().child()).isEqualTo(first);
  }

  @Test
  void theSameSeedGivesTheSameResultAndAnotherOneOtherChildren() throws IOException {
    MadeUpTruth truth = new MadeUpTruth(5, PENALTY);
    Recorder once = new Recorder(truth);
    Recorder again = new Recorder(new MadeUpTruth(5, PENALTY));
    Recorder other = new Recorder(truth);

    RoundsResult result = run(truth, once, 7);

    assertThat(run(again.truth, again, 7)).isEqualTo(result);
    assertThat(again.calls).isEqualTo(once.calls);
    run(truth, other, 8);
    assertThat(other.calls).isNotEqualTo(once.calls);
  }

  @Test
  void furtherChildrenAreMeasuredAndMayWin() throws IOException {
    MadeUpTruth truth = new MadeUpTruth(1, PENALTY);
    Recorder searched = new Recorder(truth);
    Child best = run(truth, searched, 1).best().child();
    Recorder meter = new Recorder(truth);

    RoundsResult result =
        search(truth, meter, 0, 1).run(truth.first(), List.of(truth.first(), best), round -> {});

    assertThat(meter.calls).hasSize(1);
    assertThat(meter.children()).contains(best).doesNotHaveDuplicates();
    assertThat(kl(result.best())).isLessThanOrEqualTo(truth.kl(best) + 1e-9);
    assertThat(result.rounds()).hasSize(1);
  }

  /** The child of least KL has the greatest loss here. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void aFailureOfTheMeterIsPassedOn(int call) {
    MadeUpTruth truth = new MadeUpTruth(2, PENALTY);
    Recorder recorder = new Recorder(truth);
    ChildMeter failing =
        children -> {
          List<ChildScore> scores = recorder.measure(children);
          if (recorder.calls.size() == call) {
            throw new IOException("no weights");
          }
          return scores;
        };

    assertThatThrownBy(() -> run(truth, failing, 1))
        .isInstanceOf(IOException.class)
        .hasMessage("no weights");
    assertThat(recorder.calls).hasSize(call);
  }

  /** As when the budget admits the teacher itself. */
  @Test
  void childrenThatDoNotDivergeHaveFiguresAllTheSame() throws IOException {
    MadeUpTruth truth = new MadeUpTruth(2, PENALTY);
    ChildMeter exact =
        children -> children.stream().map(child -> Parts.score(child, 0.0, 0.0)).toList();

    RoundsResult result = run(truth, exact, 1);

    assertThat(result.best().child()).isEqualTo(truth.first());
    assertThat(result.sum().medianError()).isFinite();
    assertThat(result.sum().medianRatio()).isFinite();
    assertThat(result.model().medianError()).isFinite();
    assertThat(result.rounds()).allSatisfy(round -> assertThat(round.predictionError()).isFinite());
  }
}
