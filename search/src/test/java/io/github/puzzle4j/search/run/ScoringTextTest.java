package io.github.puzzle4j.search.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.puzzle4j.blocklib.corpus.TokenSequence;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScoringTextTest {

  private static List<TokenSequence> sequences(int count) {
    List<TokenSequence> sequences = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      sequences.add(TokenSequence.of(new int[] {i, i + 1}, "task", List.of()));
    }
    return sequences;
  }

  @Test
  void aLongerTextBeginsWithThePortionsOfAShorterOne() {
    List<ScoringText.Portion> shorter = ScoringText.of(sequences(48)).portions();
    List<ScoringText.Portion> longer = ScoringText.of(sequences(64)).portions();
    assertThat(longer).hasSize(16).startsWith(shorter.toArray(new ScoringText.Portion[0]));
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 4, 5, 8, 9, 48, 64, 100, 128})
  void roundsAreAllOfTheTextOnce(int count) {
    ScoringText text = ScoringText.of(sequences(count));
    List<Integer> places =
        text.rounds(3).stream()
            .flatMap(List::stream)
            .flatMap(portion -> portion.places().stream())
            .sorted()
            .toList();
    assertThat(places).hasSize(count).doesNotHaveDuplicates().startsWith(0).endsWith(count - 1);
    assertThat(text.rounds(3)).isEqualTo(text.rounds(3));
  }

  /** The first round of 256 sequences has one portion in each eighth, the second another one. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void everyRoundIsSpreadOverTheText(long seed) {
    List<List<ScoringText.Portion>> rounds = ScoringText.of(sequences(256)).rounds(seed);
    assertThat(rounds).extracting(List::size).containsExactly(8, 8, 16, 32);
    for (List<ScoringText.Portion> round : rounds.subList(0, 2)) {
      assertThat(round.stream().map(portion -> portion.places().getFirst() / 32))
          .containsExactlyInAnyOrder(0, 1, 2, 3, 4, 5, 6, 7);
    }
  }
}
