package io.github.puzzle4j.scoring.truth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Rank correlations are compared with SciPy's, see {@code golden_truth.py}. */
class AccuracyTest {

  @Test
  void rankCorrelationIsSpearmansWithTies() throws IOException {
    int cases = 0;
    for (JsonNode one : TruthModelTest.golden().at("/ranks")) {
      Accuracy accuracy =
          Accuracy.of(TruthModelTest.doubles(one.at("/a")), TruthModelTest.doubles(one.at("/b")));
      assertThat(accuracy.rankCorrelation())
          .isCloseTo(one.at("/correlation").asDouble(), within(1e-12));
      cases++;
    }
    assertThat(cases).isGreaterThan(5);
  }

  @Test
  void errorsAreRelativeToWhatWasMeasured() {
    double[] predicted = {1, 2, 3, 8};
    double[] measured = {2, 2, 2, 2};

    Accuracy accuracy = Accuracy.of(predicted, measured);

    assertThat(accuracy.children()).isEqualTo(4);
    assertThat(accuracy.rankCorrelation()).isZero();
    assertThat(accuracy.medianError()).as("of 0.5, 0, 0.5 and 3").isEqualTo(0.5);
    assertThat(accuracy.medianRatio())
        .as("of 2, 1, 2/3 and 1/4")
        .isCloseTo((1 + 2.0 / 3) / 2, within(1e-12));
    assertThat(Accuracy.of(new double[] {1}, new double[] {3}))
        .isEqualTo(new Accuracy(1, 0, 2.0 / 3, 3));
  }

  /** The teacher's own sum and divergence are nothing; a sum of losses may be below it. */
  @Test
  void whatIsNothingHasFiniteFigures() {
    assertThat(Accuracy.of(new double[] {0}, new double[] {0})).isEqualTo(new Accuracy(1, 0, 0, 1));
    Accuracy below = Accuracy.of(new double[] {0, -1e-4}, new double[] {1e-9, 1e-3});
    assertThat(below.medianError()).isPositive().isFinite();
    assertThat(below.medianRatio()).isPositive().isFinite();
  }

  @Test
  void thereMustBeSomethingToCompare() {
    assertThatThrownBy(() -> Accuracy.of(new double[0], new double[0]))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Accuracy.of(new double[2], new double[3]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("2 predictions of 3 measurements");
  }
}
