package io.github.puzzle4j.blocklib.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class TokenSequenceTest {

  private static final TokenSequence SEQUENCE =
      TokenSequence.of(new int[] {5, 6, 7, 8, 9}, "task", List.of(new Span(1, 2), new Span(3, 5)));

  @Test
  void arraysAreCopied() {
    int[] ids = {1, 2, 3};
    TokenSequence sequence = TokenSequence.of(ids, "task", List.of());
    ids[0] = 77;
    sequence.ids()[1] = 77;
    assertThat(sequence.ids()).containsExactly(1, 2, 3);
  }

  @Test
  void answersComeBackAsRanges() {
    assertThat(SEQUENCE.answers()).containsExactly(new Span(1, 2), new Span(3, 5));
  }

  @Test
  void aSliceKeepsAnswersAndTasks() {
    TokenSequence both = TokenSequence.concatenation(List.of(SEQUENCE, other()));
    TokenSequence slice = both.slice(3, 6);
    assertThat(slice.ids()).containsExactly(8, 9, 1);
    assertThat(slice.answers()).containsExactly(new Span(0, 2));
    assertThat(slice.segments())
        .containsExactly(
            new TokenSequence.Segment(new Span(0, 2), "task"),
            new TokenSequence.Segment(new Span(2, 3), "other"));
  }

  @Test
  void sequencesAreEqualByContent() {
    assertThat(other()).isEqualTo(other()).hasSameHashCodeAs(other()).isNotEqualTo(SEQUENCE);
  }

  @Test
  void invalidIdsAndAnswersAreRejected() {
    assertThatThrownBy(() -> TokenSequence.of(new int[0], "task", List.of()))
        .hasMessageContaining("at least one token");
    assertThatThrownBy(() -> TokenSequence.of(new int[] {3, -1}, "task", List.of()))
        .hasMessageContaining("-1 is negative");
    assertThatThrownBy(() -> TokenSequence.of(new int[] {3}, "task", List.of(new Span(0, 2))))
        .hasMessageContaining("[0, 2) must lie in [0, 1)");
  }

  private static TokenSequence other() {
    return TokenSequence.of(new int[] {1, 2}, "other", List.of());
  }
}
