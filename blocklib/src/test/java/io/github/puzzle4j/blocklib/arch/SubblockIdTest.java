package io.github.puzzle4j.blocklib.arch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.puzzle4j.blocklib.arch.SoftmaxAttention.Biases;
import io.github.puzzle4j.blocklib.arch.SoftmaxAttention.HeadNorm;
import java.util.List;
import org.junit.jupiter.api.Test;

class SubblockIdTest {

  private static final SoftmaxAttention ATTENTION =
      SoftmaxAttention.plain(new AttentionShape(8, 4, 8));

  /** Files and reports hold them. */
  @Test
  void idsSayWhatASubblockIsAndNotWhatItWas() {
    assertThat(ATTENTION.id()).isEqualTo("gqa_4");
    assertThat(ATTENTION.withKvHeads(2).withWindow(128).id()).isEqualTo("gqa_2_window_128");
    assertThat(new LinearAttention().id()).isEqualTo("linear");
    assertThat(new NoAttention().id()).isEqualTo("noop");
    assertThat(new GatedFfn(512).id()).isEqualTo("ffn_512");
    assertThat(new ExpertsFfn(8, 2, 64, 0).id()).isEqualTo("experts_8");
    assertThat(new LinearFfn().id()).isEqualTo("linear");
    assertThat(new NoFfn().id()).isEqualTo("noop");
    assertThat(new Layer(ATTENTION, new GatedFfn(512)).id()).isEqualTo("gqa_4+ffn_512");
    assertThat(new Layer(new LinearAttention(), new NoFfn()).id()).isEqualTo("linear+noop");
  }

  @Test
  void replacementsNameTheirSpanAndEachLayer() {
    Layer layer = new Layer(ATTENTION, new GatedFfn(512));
    Layer empty = new Layer(new NoAttention(), new NoFfn());
    assertThat(Replacement.of(3, layer).id()).isEqualTo("L3/gqa_4+ffn_512");
    assertThat(new Replacement(new Span(3, 4), List.of(layer)).id())
        .isEqualTo("L3-4/gqa_4+ffn_512");
    assertThat(new Replacement(new Span(3, 5), List.of(layer, empty)).id())
        .isEqualTo("L3-5/gqa_4+ffn_512 | noop+noop");
  }

  @Test
  void plainAttentionHasHeadsAlone() {
    assertThat(ATTENTION.isPlain()).isTrue();
    assertThat(ATTENTION.withKvHeads(1).isPlain()).isTrue();
    assertThat(ATTENTION.withWindow(4).isPlain()).isFalse();
    assertThat(ATTENTION.withWindow(4).withWindow(SoftmaxAttention.NO_WINDOW)).isEqualTo(ATTENTION);
    assertThat(new SoftmaxAttention(ATTENTION.heads(), 0, Biases.ALL, HeadNorm.NONE).isPlain())
        .isFalse();
    assertThat(
            new SoftmaxAttention(ATTENTION.heads(), 0, Biases.NONE, HeadNorm.QUERY_AND_KEY)
                .isPlain())
        .isFalse();
  }

  @Test
  void subblocksWithoutHeadsOrChannelsAreNoOpsAndNotWrittenOtherwise() {
    assertThatThrownBy(() -> ATTENTION.withKvHeads(0)).hasMessageContaining("kvHeads=0");
    assertThatThrownBy(() -> ATTENTION.withWindow(-1)).hasMessageContaining("window=-1");
    assertThatThrownBy(() -> new GatedFfn(0)).hasMessageContaining("channels=0");
    assertThatThrownBy(() -> new ExpertsFfn(4, 5, 8, 0)).hasMessageContaining("perToken=5");
    assertThatThrownBy(() -> new ExpertsFfn(2, 1, 8, 0, List.of(3, 3)))
        .hasMessageContaining("kept=[3, 3] must be 2 different ones");
  }
}
