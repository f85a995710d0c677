package io.github.puzzle4j.blocklib.arch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.ValueSource;

class RotaryEmbeddingTest {

  /** Made by transformers, see src/test/python/make_golden_rotary.py; factor 0 is no scaling. */
  @ParameterizedTest
  @CsvFileSource(resources = "/golden/rotary/frequencies.csv", useHeadersInDisplayName = true)
  void frequenciesAreThoseOfTransformers(
      double theta,
      int width,
      double factor,
      double low,
      double high,
      int original,
      int index,
      double frequency) {
    RotaryEmbedding.Scaling scaling =
        factor == 0
            ? new RotaryEmbedding.Scaling.None()
            : new RotaryEmbedding.Scaling.Llama3(factor, low, high, original);
    RotaryEmbedding rotary = new RotaryEmbedding(theta, scaling);
    assertThat(rotary.scaledFrequency(index, width)).isCloseTo(frequency, within(1e-6 * frequency));
  }

  @Test
  void divisorsOfLlama3GoFromOneToTheFactor() {
    RotaryEmbedding rotary =
        new RotaryEmbedding(500_000, new RotaryEmbedding.Scaling.Llama3(8, 1, 4, 8192));
    double last = 1;
    for (int index = 0; index < 64; index++) {
      double divisor = rotary.divisor(index, 128);
      assertThat(divisor).isBetween(last, 8.0);
      last = divisor;
    }
    assertThat(rotary.divisor(0, 128)).isEqualTo(1);
    assertThat(last).isEqualTo(8);
  }

  @ParameterizedTest
  @ValueSource(doubles = {1, 0, -5, Double.NaN, Double.POSITIVE_INFINITY})
  void thetaMustBeFiniteAndOverOne(double theta) {
    assertThatThrownBy(() -> new RotaryEmbedding(theta, new RotaryEmbedding.Scaling.None()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("theta");
  }

  @Test
  void aScalingWithoutRoomBetweenItsFactorsIsRefused() {
    for (double[] bad :
        new double[][] {
          {0.5, 1, 4, 8192},
          {8, 0, 4, 8192},
          {8, 4, 4, 8192},
          {8, 1, 4, 0},
          {Double.NaN, 1, 4, 8192},
          {8, 1, Double.NaN, 8192},
          {Double.POSITIVE_INFINITY, 1, 4, 8192},
          {8, 1, Double.POSITIVE_INFINITY, 8192}
        }) {
      assertThatThrownBy(
              () -> new RotaryEmbedding.Scaling.Llama3(bad[0], bad[1], bad[2], (int) bad[3]))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
