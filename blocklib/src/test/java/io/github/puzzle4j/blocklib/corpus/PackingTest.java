package io.github.puzzle4j.blocklib.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PackingTest {

  private static final int BEGIN = 999;

  @Test
  void insertsTheBeginOfTextToken() {
    List<TokenSequence> packed =
        pack(
            List.of(document("a", 1, 3, new Span(2, 3)), document("b", 4, 2, new Span(0, 1))),
            7,
            OptionalInt.of(BEGIN));
    assertThat(packed).hasSize(1);
    TokenSequence sequence = packed.getFirst();
    assertThat(sequence.ids()).containsExactly(BEGIN, 1, 2, 3, BEGIN, 4, 5);
    assertThat(sequence.answers()).containsExactly(new Span(3, 4), new Span(5, 6));
    assertThat(sequence.segments())
        .contains(
            new TokenSequence.Segment(new Span(1, 4), "a"),
            new TokenSequence.Segment(new Span(5, 7), "b"));
  }

  @Test
  void documentsThatDoNotFitAreTruncated() {
    List<TokenSequence> packed =
        pack(
            List.of(document("a", 1, 3), document("b", 10, 4), document("c", 20, 5)),
            5,
            OptionalInt.empty());
    assertThat(packed)
        .extracting(PackingTest::list)
        .containsExactly(List.of(1, 2, 3, 10, 11), List.of(20, 21, 22, 23, 24));
  }

  @Test
  void longDocumentsContinueInTheNextSequence() {
    List<TokenSequence> packed = pack(List.of(document("a", 0, 9)), 4, OptionalInt.of(BEGIN));
    assertThat(packed)
        .extracting(PackingTest::list)
        .containsExactly(List.of(BEGIN, 0, 1, 2), List.of(3, 4, 5, 6));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void everySequenceIsFullAndKeepsDocumentsFromTheirBeginning(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<TokenSequence> documents = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      documents.add(document("t" + i, 1000 * i, 1 + random.nextInt(20)));
    }
    for (TokenSequence sequence : pack(documents, 24, OptionalInt.of(BEGIN))) {
      assertThat(sequence.length()).isEqualTo(24);
      assertThat(sequence.id(0)).isEqualTo(BEGIN);
      for (int i = 1; i < sequence.length(); i++) {
        if (sequence.id(i) != BEGIN && sequence.id(i - 1) != BEGIN) {
          assertThat(sequence.id(i)).isEqualTo(sequence.id(i - 1) + 1);
        } else if (sequence.id(i) != BEGIN) {
          assertThat(sequence.id(i) % 1000).isZero();
        }
      }
    }
  }

  @Test
  void lengthsBelowTwoAreRejected() {
    assertThatThrownBy(() -> new Packing(1, OptionalInt.empty()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("length=1 must be at least 2");
  }

  private static TokenSequence document(String task, int first, int length, Span... answers) {
    return TokenSequence.of(
        IntStream.range(first, first + length).toArray(), task, List.of(answers));
  }

  private static List<Integer> list(TokenSequence sequence) {
    return IntStream.of(sequence.ids()).boxed().toList();
  }

  private static List<TokenSequence> pack(
      List<TokenSequence> documents, int length, OptionalInt beginOfText) {
    Packing packing = new Packing(length, beginOfText);
    documents.forEach(packing::add);
    return Stream.generate(packing::poll)
        .takeWhile(Optional::isPresent)
        .map(Optional::get)
        .toList();
  }
}
