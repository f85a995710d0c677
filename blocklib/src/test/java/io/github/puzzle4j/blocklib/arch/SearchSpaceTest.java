package io.github.puzzle4j.blocklib.arch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.puzzle4j.blocklib.arch.attention.AttentionVariant;
import io.github.puzzle4j.blocklib.arch.ffn.FfnVariant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SearchSpaceTest {

  private static final ModelConfig CONFIG =
      KnownModels.llama(64, 32, 40, 2, new AttentionShape(8, 4, 8), false);

  @Test
  void theTeachersOwnBlockIsAlwaysThereAndFirst() {
    SearchSpace space =
        new SearchSpace(
            List.of(new AttentionVariant.NoOp()),
            List.of(new FfnVariant.Pruned(20), new FfnVariant.Teacher()));
    assertThat(space.blocks().stream().map(BlockVariant::id))
        .containsExactly("teacher+teacher", "teacher+ffn_20", "noop+teacher", "noop+ffn_20");
  }

  @Test
  void anEmptySpaceHoldsTheTeacherAlone() {
    assertThat(new SearchSpace(List.of(), List.of()).blocks())
        .containsExactly(BlockVariant.teacher());
  }

  @Test
  void aVariantGivenTwiceCountsOnce() {
    SearchSpace space =
        new SearchSpace(
            List.of(new AttentionVariant.GroupedQuery(2), new AttentionVariant.GroupedQuery(2)),
            List.of(new FfnVariant.Linear(), new FfnVariant.Linear()));
    assertThat(space.blocks()).doesNotHaveDuplicates().hasSize(4);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4})
  void kvHeadsThatDivideTheTeachersFit(int kvHeads) {
    SearchSpace space =
        new SearchSpace(List.of(new AttentionVariant.GroupedQuery(kvHeads)), List.of());
    assertThatCode(() -> space.requireFits(CONFIG)).doesNotThrowAnyException();
  }

  /** 8 is the number of query heads: more KV heads than the teacher has. */
  @ParameterizedTest
  @ValueSource(ints = {3, 5, 8, 16})
  void otherKvHeadsAreRefusedByName(int kvHeads) {
    SearchSpace space =
        new SearchSpace(List.of(new AttentionVariant.GroupedQuery(kvHeads)), List.of());
    assertThatThrownBy(() -> space.requireFits(CONFIG))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("gqa_" + kvHeads)
        .hasMessageContaining("4");
  }

  @Test
  void moreChannelsThanTheTeacherHasAreRefusedByName() {
    assertThatCode(() -> pruned(40).requireFits(CONFIG)).doesNotThrowAnyException();
    assertThatThrownBy(() -> pruned(41).requireFits(CONFIG))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("ffn_41")
        .hasMessageContaining("40");
  }

  private static SearchSpace pruned(int channels) {
    return new SearchSpace(List.of(), List.of(new FfnVariant.Pruned(channels)));
  }
}
