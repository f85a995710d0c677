package io.github.puzzle4j.blocklib.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LearningRateTest {

  @Test
  void itRisesLinearlyAndFallsAlongACosine() {
    LearningRate rate = new LearningRate(0.8, 4, 12, 0.1);
    double[] rising = {0.2, 0.4, 0.6, 0.8};
    for (int step = 0; step < 4; step++) {
      assertThat(rate.at(step)).isCloseTo(rising[step], within(1e-12));
    }
    assertThat(rate.at(4)).isCloseTo(0.8, within(1e-12));
    assertThat(rate.at(8)).as("half way down").isCloseTo((0.8 + 0.08) / 2, within(1e-12));
    assertThat(rate.at(12)).as("behind the last step").isCloseTo(0.08, within(1e-12));
    for (int step = 5; step < 12; step++) {
      assertThat(rate.at(step)).isLessThan(rate.at(step - 1)).isGreaterThan(0.08);
    }
  }

  @Test
  void withoutWarmUpItBeginsAtThePeak() {
    assertThat(new LearningRate(0.5, 0, 1, 0).at(0)).isEqualTo(0.5);
  }

  @Test
  void aTrainingMayBeWarmUpAlone() {
    LearningRate rate = new LearningRate(1, 5, 5, 0);
    assertThat(rate.at(4)).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0, 1, 0",
    "-1, 0, 1, 0",
    "NaN, 0, 1, 0",
    "Infinity, 0, 1, 0",
    "1, 0, 0, 0",
    "1, -1, 1, 0",
    "1, 2, 1, 0",
    "1, 0, 1, -0.1",
    "1, 0, 1, 1.1",
    "1, 0, 1, NaN",
  })
  void schedulesThatMakeNoSenseAreRefused(double peak, int warmup, int total, double floor) {
    assertThatThrownBy(() -> new LearningRate(peak, warmup, total, floor))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
