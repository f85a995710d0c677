package io.github.puzzle4j.blocklib.arch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.puzzle4j.blocklib.arch.attention.AttentionVariant;
import io.github.puzzle4j.blocklib.arch.ffn.FfnVariant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VariantIdTest {

  private static final List<AttentionVariant> ATTENTION =
      List.of(
          new AttentionVariant.Teacher(),
          new AttentionVariant.GroupedQuery(1),
          new AttentionVariant.GroupedQuery(99_999),
          new AttentionVariant.Linear(),
          new AttentionVariant.NoOp(),
          new AttentionVariant.SlidingWindow(1),
          new AttentionVariant.SlidingWindow(99_999_999));

  private static final List<FfnVariant> FFN =
      List.of(
          new FfnVariant.Teacher(),
          new FfnVariant.Pruned(1),
          new FfnVariant.Pruned(99_999_999),
          new FfnVariant.Linear(),
          new FfnVariant.NoOp(),
          new FfnVariant.Experts(1),
          new FfnVariant.Experts(99_999));

  @Test
  void everyBlockVariantIsReadBackFromItsId() {
    for (AttentionVariant attention : ATTENTION) {
      assertThat(AttentionVariant.parse(attention.id())).isEqualTo(attention);
      for (FfnVariant ffn : FFN) {
        assertThat(FfnVariant.parse(ffn.id())).isEqualTo(ffn);
        BlockVariant block = new BlockVariant(attention, ffn);
        assertThat(BlockVariant.parse(block.id())).isEqualTo(block);
      }
    }
  }

  @Test
  void idsStayAsTheyAreSinceFilesHoldThem() {
    assertThat(BlockVariant.teacher().id()).isEqualTo("teacher+teacher");
    assertThat(new BlockVariant(ATTENTION.get(1), FFN.get(1)).id()).isEqualTo("gqa_1+ffn_1");
    assertThat(new BlockVariant(ATTENTION.get(3), FFN.get(4)).id()).isEqualTo("linear+noop");
    assertThat(new BlockVariant(ATTENTION.get(5), FFN.get(5)).id()).isEqualTo("window_1+experts_1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "+",
        "teacher",
        "teacher+",
        "+teacher",
        "teacher+teacher+teacher",
        "gqa_0+teacher",
        "gqa_02+teacher",
        "gqa_-1+teacher",
        "gqa_999999999999+teacher",
        "GQA_2+teacher",
        "gqa_2 +teacher",
        "ffn_8+teacher",
        "teacher+gqa_2",
        "teacher+ffn_0",
        "teacher+ffn_١",
        "teacher+ffn_1e3"
      })
  void anythingElseIsRefused(String id) {
    assertThatThrownBy(() -> BlockVariant.parse(id)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aRefusalListsWhatThereIs() {
    assertThatThrownBy(() -> BlockVariant.parse("mqa+teacher"))
        .hasMessageContaining("'mqa'")
        .hasMessageContaining("gqa_<kv heads>");
    assertThatThrownBy(() -> BlockVariant.parse("linear+moe"))
        .hasMessageContaining("'moe'")
        .hasMessageContaining("ffn_<channels>");
  }

  @Test
  void variantsWithoutHeadsOrChannelsAreNoOpsAndNotWrittenOtherwise() {
    assertThatThrownBy(() -> new AttentionVariant.GroupedQuery(0))
        .hasMessageContaining("kvHeads=0");
    assertThatThrownBy(() -> new FfnVariant.Pruned(0)).hasMessageContaining("intermediateSize=0");
  }
}
