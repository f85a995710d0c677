package io.github.puzzle4j.blocklib.arch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommonPartsTest {

  @ParameterizedTest
  @CsvSource({
    "0, 32, 1e-5, 64, vocabularySize",
    "64, -1, 1e-5, 64, hiddenSize",
    "64, 32, 0, 64, normEpsilon",
    "64, 32, NaN, 64, normEpsilon",
    "64, 32, 1e-5, 0, maxPositions",
  })
  void sizesThatNoModelHasAreRefusedByName(
      int vocabulary, int hidden, double epsilon, int positions, String named) {
    assertThatThrownBy(() -> common(vocabulary, hidden, epsilon, positions, StoredWeights.PLAIN))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(named);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1})
  void anFfnHasChannels(int channels) {
    assertThatThrownBy(() -> new GatedFfn(channels))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("channels=" + channels);
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

  @Test
  void anotherFamilyHoldsTheSameSizesInAPlainType() {
    CommonParts stored = common(64, 32, 1e-5, 64, StoredWeights.FP8);
    assertThat(stored.asFamily("qwen3"))
        .isEqualTo(
            new CommonParts(
                "qwen3",
                64,
                32,
                stored.rotary(),
                1e-5,
                64,
                false,
                stored.specialTokens(),
                StoredWeights.PLAIN));
  }

  private static CommonParts common(
      int vocabulary, int hidden, double epsilon, int positions, StoredWeights stored) {
    return new CommonParts(
        "llama",
        vocabulary,
        hidden,
        new RotaryEmbedding(10_000, new RotaryEmbedding.Scaling.None()),
        epsilon,
        positions,
        false,
        new SpecialTokens(List.of(1), List.of(2, 3)),
        stored);
  }
}
