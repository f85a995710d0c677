package io.github.puzzle4j.blocklib.arch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SearchSpaceTest {

  private static final Model TEACHER =
      KnownModels.llama(64, 32, 40, 3, new AttentionShape(8, 4, 8), false);
  private static final Layer OWN = TEACHER.layers().getFirst();
  private static final SoftmaxAttention ATTENTION =
      SoftmaxAttention.plain(new AttentionShape(8, 4, 8));

  @Test
  void theTeachersOwnLayerIsAlwaysThereAndFirst() {
    SearchSpace space =
        SearchSpace.uniform(
            TEACHER, List.of(new NoAttention()), List.of(new GatedFfn(20), new GatedFfn(40)));
    assertThat(space.layer(1).layers().stream().map(Layer::id))
        .containsExactly("gqa_4+ffn_40", "gqa_4+ffn_20", "noop+ffn_40", "noop+ffn_20");
    assertThat(space.layer(1).otherAttention()).containsExactly(new NoAttention());
    assertThat(space.layer(1).otherFfn()).containsExactly(new GatedFfn(20));
  }

  @Test
  void anEmptySpaceHoldsTheTeacherAlone() {
    SearchSpace space = SearchSpace.uniform(TEACHER, List.of(), List.of());
    assertThat(space.replacements())
        .containsExactly(Replacement.of(0, OWN), Replacement.of(1, OWN), Replacement.of(2, OWN));
  }

  @Test
  void anOptionGivenTwiceCountsOnce() {
    LayerOptions options =
        new LayerOptions(
            OWN,
            List.of(ATTENTION.withKvHeads(2), ATTENTION.withKvHeads(2)),
            List.of(new LinearFfn(), new LinearFfn()));
    assertThat(options.layers()).doesNotHaveDuplicates().hasSize(4);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4})
  void kvHeadsThatDivideTheTeachersFit(int kvHeads) {
    assertThatCode(
            () -> SearchSpace.uniform(TEACHER, List.of(ATTENTION.withKvHeads(kvHeads)), List.of()))
        .doesNotThrowAnyException();
  }

  /** 8 is the number of query heads: more KV heads than the teacher has. */
  @Test
  void otherKvHeadsAreRefusedByName() {
    assertThatThrownBy(
            () -> SearchSpace.uniform(TEACHER, List.of(ATTENTION.withKvHeads(8)), List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("gqa_8")
        .hasMessageContaining("4");
  }

  @Test
  void moreChannelsThanTheTeacherHasAreRefusedByName() {
    assertThatCode(() -> SearchSpace.uniform(TEACHER, List.of(), List.of(new GatedFfn(40))))
        .doesNotThrowAnyException();
    assertThatThrownBy(() -> SearchSpace.uniform(TEACHER, List.of(), List.of(new GatedFfn(41))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("ffn_41")
        .hasMessageContaining("40");
  }

  /** Where layers are unlike, an option must fit each of them. */
  @Test
  void anOptionThatOneLayerCannotBecomeIsRefused() {
    Model unlike = TEACHER.withLayers(List.of(OWN, OWN.with(new NoAttention())));
    assertThatThrownBy(
            () -> SearchSpace.uniform(unlike, List.of(ATTENTION.withKvHeads(2)), List.of()))
        .hasMessageContaining("gqa_2: a layer that is noop in the teacher");
  }

  @Test
  void optionsOfAnotherTeacherAreRefused() {
    LayerOptions other = new LayerOptions(OWN.with(new NoFfn()), List.of(), List.of());
    LayerOptions own = new LayerOptions(OWN, List.of(), List.of());
    assertThatThrownBy(() -> new SearchSpace(TEACHER, List.of(own, other, own)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("another teacher");
    assertThatThrownBy(() -> new SearchSpace(TEACHER, List.of(own, own)))
        .hasMessageContaining("another teacher");
  }

  @Test
  void widerReplacementsStartAtTheirFirstLayerBehindThoseOfTheLayerAlone() {
    Replacement wide = new Replacement(new Span(1, 2), List.of(OWN));
    Replacement empty = new Replacement(new Span(0, 1), List.of(OWN.with(new NoFfn())));
    SearchSpace space = withWider(List.of(wide, empty));
    assertThat(space.startingAt(0).stream().map(Replacement::id))
        .containsExactly("L0/gqa_4+ffn_40", "L0/gqa_4+ffn_20", "L0-1/gqa_4+noop");
    assertThat(space.startingAt(1).stream().map(Replacement::id))
        .containsExactly("L1/gqa_4+ffn_40", "L1/gqa_4+ffn_20", "L1-2/gqa_4+ffn_40");
    assertThat(space.startingAt(2).stream().map(Replacement::id))
        .containsExactly("L2/gqa_4+ffn_40", "L2/gqa_4+ffn_20");
    assertThat(space.replacements()).hasSize(8);
  }

  @Test
  void spansOfOneLayerOrBehindTheEndAreNoWiderReplacements() {
    assertThatThrownBy(() -> withWider(List.of(Replacement.of(1, OWN))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("L1/gqa_4+ffn_40: need a span of two layers or more of 3");
    assertThatThrownBy(() -> withWider(List.of(new Replacement(new Span(2, 3), List.of(OWN)))))
        .hasMessageContaining("L2-3/gqa_4+ffn_40: need a span of two layers or more of 3");
  }

  @Test
  void whatTheLastLayerOfASpanCannotBecomeIsNoWiderReplacement() {
    Layer wide = OWN.with(new GatedFfn(41));
    assertThatThrownBy(
            () -> withWider(List.of(new Replacement(new Span(0, 2), List.of(OWN, wide)))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("ffn_41: the teacher has only 40 channels in the place of L0-2");
    Layer many = OWN.with(ATTENTION.withKvHeads(8));
    assertThatThrownBy(() -> withWider(List.of(new Replacement(new Span(0, 1), List.of(many)))))
        .hasMessageContaining("gqa_8: 8 KV heads do not divide the teacher's 4");
  }

  @Test
  void whatDoesNotPassGoesAndTheTeachersOwnStays() {
    Replacement kept = new Replacement(new Span(1, 2), List.of(OWN.with(new GatedFfn(10))));
    Replacement gone = new Replacement(new Span(0, 1), List.of(OWN.with(new GatedFfn(20))));
    SearchSpace filtered =
        withWider(List.of(kept, gone)).filtered(one -> !one.id().equals("ffn_20"));
    assertThat(filtered.replacements().stream().map(Replacement::id))
        .containsExactly(
            "L0/gqa_4+ffn_40", "L1/gqa_4+ffn_40", "L1-2/gqa_4+ffn_10", "L2/gqa_4+ffn_40");
    assertThat(withWider(List.of(kept)).filtered(one -> false).replacements())
        .containsExactlyElementsOf(
            SearchSpace.uniform(TEACHER, List.of(), List.of()).replacements());
  }

  @Test
  void whatIsInNoWantedReplacementGoesLayerByLayer() {
    Replacement wider = new Replacement(new Span(1, 2), List.of(OWN.with(new GatedFfn(10))));
    SearchSpace space =
        new SearchSpace(
            TEACHER,
            SearchSpace.uniform(
                    TEACHER,
                    List.of(new NoAttention()),
                    List.of(new GatedFfn(20), new GatedFfn(10), new NoFfn()))
                .layers(),
            List.of(wider));
    Replacement narrow = Replacement.of(1, OWN.with(new GatedFfn(20)));
    Replacement both = Replacement.of(1, new Layer(new NoAttention(), new NoFfn()));

    assertThat(space.limitedTo(Set.of(narrow, both)).replacements().stream().map(Replacement::id))
        .containsExactly(
            "L0/gqa_4+ffn_40",
            "L1/gqa_4+ffn_40",
            "L1/gqa_4+ffn_20",
            "L1/gqa_4+noop",
            "L1/noop+ffn_40",
            "L1/noop+ffn_20",
            "L1/noop+noop",
            "L2/gqa_4+ffn_40");
    assertThat(space.limitedTo(Set.of(wider)).wider()).containsExactly(wider);
    assertThat(space.limitedTo(Set.copyOf(space.replacements()))).isEqualTo(space);
  }

  private static SearchSpace withWider(List<Replacement> wider) {
    LayerOptions options = new LayerOptions(OWN, List.of(), List.of(new GatedFfn(20)));
    return new SearchSpace(TEACHER, List.of(options, options, options), wider);
  }
}
