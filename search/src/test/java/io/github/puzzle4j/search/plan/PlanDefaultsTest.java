package io.github.puzzle4j.search.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.puzzle4j.blocklib.InvalidInputException;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Defaults that depend on what a plan says. */
class PlanDefaultsTest {

  private static SearchPlan read(String more) throws IOException {
    return PlanReader.parse(
        "plan.yaml",
        Path.of("/plans"),
        """
        schema: 1
        teacher: {path: model}
        space: {attention: [noop]}
        targets: [{gpu: h100-sxm, throughput: 1.5x}]
        """
            + more);
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "5, 5", "20, 20", "200, 20"})
  void aWarmUpThatIsNotGivenIsNoLongerThanItsTraining(int steps, int warmUp) throws IOException {
    SearchPlan plan = read("distill: {steps: %d}\nuptrain: {steps: %d}\n".formatted(steps, steps));

    assertThat(plan.distill().warmupSteps()).isEqualTo(warmUp);
    assertThat(plan.uptrain().warmupSteps()).isEqualTo(warmUp);
    assertThat(PlanReader.parse("stored.yaml", Path.of("/plans"), PlanReader.write(plan)))
        .isEqualTo(plan);
  }

  @Test
  void aWarmUpThatIsGivenAndTooLongIsRefused() {
    assertThatThrownBy(() -> read("uptrain: {steps: 5, warmupSteps: 6}\n"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("uptrain.warmupSteps must be between 0 and steps (5), not 6");
  }

  @Test
  void aNegativeNumberOfStepsIsRefusedByItsOwnName() {
    assertThatThrownBy(() -> read("uptrain: {steps: -3}\n"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("uptrain.steps");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{kl: -1}", "{kl: 0, cosine: 0}", "{lm: .inf}"})
  void lossOfTheRepairNeedsWeights(String loss) {
    assertThatThrownBy(() -> read("uptrain: {loss: %s}\n".formatted(loss)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(
            "uptrain.loss must have weights of which none is negative and one is above 0");
  }
}
