package io.github.puzzle4j.scoring.cost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScenarioTest {

  @Test
  void defaultsLeaveATenthOfTheMemory() {
    Scenario scenario = Scenario.of(1000, 500, 8);
    assertThat(scenario.memoryUtilisation()).isEqualTo(0.9);
    assertThat(scenario.tokensPerRequest()).isEqualTo(1500);
    assertThat(scenario.meanContextTokens()).isEqualTo(1250);
    assertThat(scenario.withBatch(16).outputTokensOfBatch()).isEqualTo(8000);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 1, 1, 1, 0.9, 0, inputTokens=0",
    "1, -1, 1, 1, 0.9, 0, outputTokens=-1",
    "1, 1, 0, 1, 0.9, 0, batch=0",
    "1, 1, 1, 3, 0.9, 0, tensorParallel=3",
    "1, 1, 1, 1, 0, 0, memoryUtilisation=0.0",
    "1, 1, 1, 1, NaN, 0, memoryUtilisation=NaN",
    "1, 1, 1, 1, 1.1, 0, memoryUtilisation=1.1",
    "1, 1, 1, 1, 0.9, -1, reserveBytes=-1",
  })
  void refusesWhatCannotBe(
      int input, int output, int batch, int parallel, double share, long reserve, String named) {
    assertThatThrownBy(
            () -> new Scenario(input, output, batch, ServingFormat.BF16, parallel, share, reserve))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(named);
  }
}
