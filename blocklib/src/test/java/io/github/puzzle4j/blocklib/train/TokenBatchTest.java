package io.github.puzzle4j.blocklib.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenBatchTest {

  private final DeviceMemory memory = DeviceMemory.open();

  @AfterEach
  void free() {
    memory.close();
  }

  @Test
  void eachPositionPredictsTheTokenBehindIt() {
    TokenBatch batch =
        TokenBatch.ofAllTokens(List.of(new int[] {3, 1, 4}, new int[] {1, 5, 9}), 10);
    assertThat(batch.ids(memory).toLongs()).containsExactly(3, 1, 4, 1, 5, 9);
    assertThat(batch.targets(memory).toLongs()).startsWith(1, 4).containsSubsequence(5, 9);
    assertThat(batch.weights(memory).toFloats()).containsExactly(1, 1, 0, 1, 1, 0);
    assertThat(batch.ids(memory).shape()).containsExactly(2L, 3L);
  }

  @Test
  void shorterSequencesAreFilledUpBehindTheirEndWithoutWeight() {
    TokenBatch batch =
        TokenBatch.ofAllTokens(List.of(new int[] {7}, new int[] {1, 2, 3, 4}, new int[0]), 10);
    assertThat(batch.rows()).isEqualTo(3);
    assertThat(batch.tokens()).isEqualTo(4);
    assertThat(batch.ids(memory).toLongs()[0]).isEqualTo(7);
    assertThat(batch.weights(memory).toFloats())
        .containsExactly(0, 0, 0, 0, 1, 1, 1, 0, 0, 0, 0, 0);
    assertThat(batch.weight(1, 2)).isEqualTo(1);
    assertThat(batch.weight(1, 3)).isZero();
  }

  @Test
  void weightsBelongToTheTokenThatIsPredicted() {
    TokenBatch batch =
        new TokenBatch(List.of(new int[] {1, 2, 3}), List.of(new float[] {9, 0.5f, 2}), 10);
    assertThat(batch.weights(memory).toFloats()).containsExactly(0.5f, 2, 0);
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 10, Integer.MAX_VALUE, Integer.MIN_VALUE})
  void idsOutsideOfTheVocabularyAreRefusedByNumberAndPlace(int id) {
    assertThatThrownBy(
            () -> TokenBatch.ofAllTokens(List.of(new int[] {0, 9}, new int[] {1, id}), 10))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("token id " + id + " in sequence 1")
        .hasMessageContaining("vocabulary of 10");
  }

  @Test
  void emptyAndUnequalListsAreRefused() {
    assertThatThrownBy(() -> TokenBatch.ofAllTokens(List.of(), 10))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new TokenBatch(List.of(new int[] {1}), List.of(), 10))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new TokenBatch(List.of(new int[] {1}), List.of(new float[2]), 10))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("1 ids and 2 weights");
  }
}
