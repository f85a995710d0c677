package io.github.puzzle4j.blocklib.arch;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelConfigTest {

  @ParameterizedTest
  @CsvSource({
    "0, 32, 40, 2, 1e-5, 64, vocabularySize",
    "64, -1, 40, 2, 1e-5, 64, hiddenSize",
    "64, 32, 0, 2, 1e-5, 64, intermediateSize",
    "64, 32, 40, 0, 1e-5, 64, layers",
    "64, 32, 40, 2, 0, 64, normEpsilon",
    "64, 32, 40, 2, NaN, 64, normEpsilon",
    "64, 32, 40, 2, 1e-5, 0, maxPositions",
  })
  void sizesThatNoModelHasAreRefusedByName(
      int vocabulary,
      int hidden,
      int intermediate,
      int layers,
      double epsilon,
      int positions,
      String named) {
    assertThatThrownBy(() ->
            new ModelConfig(
                "llama",
                vocabulary,
                hidden,
                intermediate,
                layers,
                new AttentionShape(4, 2, 8),
                new RotaryEmbedding(10_000, new RotaryEmbedding.Scaling.None()),
                epsilon,
                positions,
                false,
                new SpecialTokens(List.of(1), List.of(2, 3))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(named);
  }

  @ParameterizedTest
  @CsvSource({"0, 1, 8", "4, 0, 8", "4, 3, 8", "4, 8, 8", "4, 2, 0", "4, 2, 7"})
  void headsThatCannotBeSharedOutAreRefused(int heads, int kvHeads, int headDim) {
    assertThatThrownBy(() -> new AttentionShape(heads, kvHeads, headDim))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void atMostOneTokenOpensADocument() {
    assertThatThrownBy(() -> new SpecialTokens(List.of(1, 2), List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("[1, 2]");
  }
}
