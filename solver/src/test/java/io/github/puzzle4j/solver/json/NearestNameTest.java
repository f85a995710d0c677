package io.github.puzzle4j.solver.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearestNameTest {

  private static final List<String> NAMES = List.of("warmupSteps", "steps", "batch", "seed");

  @ParameterizedTest
  @CsvSource({"warmup_steps, warmupSteps", "stesp, steps", "Batch, batch", "sede, seed"})
  void findsWhatWasMeant(String written, String meant) {
    assertThat(NearestName.find(written, NAMES)).contains(meant);
  }

  @Test
  void listsWhatThereIsWhereNothingIsNear() {
    assertThat(NearestName.hint("temperature", NAMES))
        .isEqualTo("there are batch, seed, steps, warmupSteps");
  }
}
