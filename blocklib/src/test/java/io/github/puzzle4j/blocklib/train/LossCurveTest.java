package io.github.puzzle4j.blocklib.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.Json;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class LossCurveTest {

  /** Of a training with that many steps, which ends after some of them; the losses are 1, 2, 3. */
  private static LossCurve curve(int mostSteps, int steps) {
    LossCurve curve = LossCurve.before(mostSteps);
    for (int step = 1; step <= steps; step++) {
      curve = curve.with(step);
    }
    return curve;
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0, 0, 0",
    "60, 60, 60, 60",
    "200, 200, 200, 200",
    "201, 201, 101, 201",
    "1000, 1000, 200, 1000",
    "1000, 403, 81, 403",
    "100000, 1, 1, 1"
  })
  void ofManyStepsNeighboursAreAveraged(int mostSteps, int steps, int points, int lastStep) {
    LossCurve curve = curve(mostSteps, steps);

    assertThat(curve.steps()).isEqualTo(steps);
    assertThat(curve.losses()).hasSize(points).isSorted();
    if (points > 0) {
      assertThat(curve.step(points - 1)).isEqualTo(lastStep);
      assertThat(mean(curve)).isEqualTo((steps + 1) / 2.0, within(1e-9));
    }
  }

  @ParameterizedTest
  @CsvSource({"200, 200, 40", "200, 199, 40", "1000, 403, 7", "60, 60, 100", "60, 0, 5"})
  void aThinnedCurveHasTheSameMean(int mostSteps, int steps, int most) {
    LossCurve thin = curve(mostSteps, steps).thinned(most);

    assertThat(thin.steps()).isEqualTo(steps);
    assertThat(thin.losses()).hasSizeLessThanOrEqualTo(most).isSorted();
    if (steps > 0) {
      assertThat(mean(thin)).isEqualTo((steps + 1) / 2.0, within(1e-9));
    }
  }

  private static double mean(LossCurve curve) {
    double sum =
        IntStream.range(0, curve.losses().size())
            .mapToDouble(i -> curve.losses().get(i) * (curve.step(i) - i * curve.everySteps()))
            .sum();
    return sum / curve.steps();
  }

  @Test
  void aResultHasItBesideItsValues() throws Exception {
    LossCurve curve = curve(3, 2);

    JsonNode result = curve.beside(Map.of("weights", "stored"));

    assertThat(result.path("weights").asString()).isEqualTo("stored");
    assertThat(LossCurve.of(result)).contains(curve);
    assertThat(LossCurve.of(LossCurve.before(3).beside(Map.of()))).isEmpty();
  }

  @Test
  void whatIsNoCurveIsRefused() {
    JsonNode result =
        Json.mapper()
            .readTree("{\"losses\": {\"everySteps\": 2, \"steps\": 9, \"losses\": [1.5]}}");

    assertThatThrownBy(() -> LossCurve.of(result))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("losses of a training");
    assertThatThrownBy(() -> new LossCurve(0, 0, List.of()))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
