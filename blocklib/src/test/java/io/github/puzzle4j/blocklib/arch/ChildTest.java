package io.github.puzzle4j.blocklib.arch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChildTest {

  private static final Model TEACHER =
      KnownModels.llama(64, 32, 40, 5, new AttentionShape(8, 4, 8), false);
  private static final Layer OWN = TEACHER.layers().getFirst();
  private static final Layer NARROW = OWN.with(new GatedFfn(20));
  private static final Layer MERGED = OWN.with(new NoAttention());

  @Test
  void anUnchangedChildIsItsTeacher() {
    Child child = Child.unchanged(TEACHER);
    assertThat(child.model()).isEqualTo(TEACHER);
    assertThat(child.alignment()).containsExactly(0, 1, 2, 3, 4);
    assertThat(child.replacements()).allMatch(one -> one.keeps(TEACHER));
  }

  @Test
  void replacementsOfSeveralLayersShortenTheModel() {
    Child child =
        new Child(
            TEACHER,
            List.of(
                Replacement.of(0, NARROW),
                new Replacement(new Span(1, 2), List.of(MERGED)),
                Replacement.of(3, OWN),
                Replacement.of(4, NARROW)));
    assertThat(child.model().layers()).containsExactly(NARROW, MERGED, OWN, NARROW);
    assertThat(child.model().common()).isEqualTo(TEACHER.common());
    assertThat(child.alignment()).containsExactly(0, 2, 3, 4);
    assertThat(child.replacements().stream().map(one -> one.keeps(TEACHER)))
        .containsExactly(false, false, true, false);
  }

  @Test
  void onlyTheLastLayerOfAReplacementIsAlignedWithTheTeacher() {
    Child child =
        new Child(
            TEACHER,
            List.of(
                new Replacement(new Span(0, 2), List.of(NARROW, MERGED)),
                new Replacement(new Span(3, 4), List.of(MERGED, NARROW))));
    assertThat(child.model().layers()).containsExactly(NARROW, MERGED, MERGED, NARROW);
    assertThat(child.alignment()).containsExactly(-1, 2, -1, 4);
  }

  @Test
  void aGapAnOverlapAndAnotherOrderAreRefusedByName() {
    Replacement first = new Replacement(new Span(0, 1), List.of(OWN));
    Replacement rest = new Replacement(new Span(2, 4), List.of(OWN, OWN, OWN));
    assertThat(new Child(TEACHER, List.of(first, rest)).model().layers()).hasSize(4);
    assertThatThrownBy(() -> new Child(TEACHER, List.of(Replacement.of(0, OWN), rest)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("L2-4/")
        .hasMessageContaining("does not begin at layer 1, the next one of the teacher");
    assertThatThrownBy(() -> new Child(TEACHER, List.of(first, Replacement.of(1, OWN), rest)))
        .hasMessageContaining("L1/gqa_4+ffn_40 does not begin at layer 2");
    assertThatThrownBy(() -> new Child(TEACHER, List.of(rest, first)))
        .hasMessageContaining("does not begin at layer 0");
  }

  @Test
  void everyLayerOfTheTeacherIsInAReplacement() {
    assertThatThrownBy(() -> Child.of(TEACHER, Collections.nCopies(4, OWN)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("end at layer 4 of 5");
    assertThatThrownBy(() -> Child.of(TEACHER, Collections.nCopies(6, OWN)))
        .hasMessageContaining("end at layer 6 of 5");
    assertThatThrownBy(() -> new Child(TEACHER, List.of())).hasMessageContaining("layer 0 of 5");
  }

  @Test
  void aReplacementHasNoMoreLayersThanItsSpanAndAtLeastOne() {
    assertThatThrownBy(() -> new Replacement(new Span(1, 2), List.of()))
        .hasMessageContaining("0 layers in the place of L1-2: need 1 to 2");
    assertThatThrownBy(() -> new Replacement(Span.of(1), List.of(OWN, OWN)))
        .hasMessageContaining("2 layers in the place of L1: need 1 to 1");
    assertThatThrownBy(() -> new Span(2, 1)).hasMessageContaining("first=2, last=1");
    assertThatThrownBy(() -> Span.of(-1)).hasMessageContaining("first=-1");
    assertThat(new Span(2, 4).length()).isEqualTo(3);
  }
}
