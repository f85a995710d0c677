package io.github.puzzle4j.solver.exact;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.puzzle4j.solver.backend.BackendAnswer;
import io.github.puzzle4j.solver.backend.ChoiceModel;
import io.github.puzzle4j.solver.backend.ChoiceRow;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Verification of correct and wrong claims of backends. */
final class VerifyTest {

  /** Two layers, each with an expensive good item (0, 2) and a cheap bad one (1, 3). */
  private static final ChoiceModel MODEL =
      new ChoiceModel(
          2,
          new int[] {0, 0, 1, 1},
          new int[] {1, 1, 2, 2},
          new long[] {1, 5, 1, 4},
          List.of(new ChoiceRow(new long[] {2, 1, 2, 1}, 3)));

  private static final BackendAnswer BEST = new BackendAnswer.Found(List.of(0, 3), 5, true);

  static Stream<BackendAnswer> claims() {
    return Stream.of(
        // Violates the row, skips a layer, covers one twice, or contains items that do not exist.
        new BackendAnswer.Found(List.of(0, 2), 2, true),
        new BackendAnswer.Found(List.of(0), 1, true),
        new BackendAnswer.Found(List.of(0, 1, 3), 10, true),
        new BackendAnswer.Found(List.of(0, 9), 1, true),
        new BackendAnswer.Found(List.of(-1, 0), 1, true),
        new BackendAnswer.Found(List.of(), 0, true),
        // Not optimal, or with a bound that does not prove optimality.
        new BackendAnswer.Found(List.of(1, 3), 9, true),
        new BackendAnswer.Found(List.of(0, 3), -1e6, true),
        new BackendAnswer.Found(List.of(0, 3), 1e6, false),
        new BackendAnswer.NoneExists(),
        new BackendAnswer.GaveUp("no mood"),
        BEST);
  }

  @ParameterizedTest
  @MethodSource("claims")
  void everyClaimIsCorrectedToTheBestChoice(BackendAnswer claim) {
    assertThat(settled(MODEL, claim)).isEqualTo(BEST);
  }

  @Test
  void aChoiceForAnInfeasibleModelIsRejected() {
    ChoiceModel impossible = MODEL.with(List.of(new ChoiceRow(new long[] {1, 1, 1, 1}, 1)));
    assertThat(settled(impossible, BEST)).isEqualTo(new BackendAnswer.NoneExists());
  }

  private static BackendAnswer settled(ChoiceModel model, BackendAnswer claim) {
    return ExactSearch.verify(model, claim, Duration.ofSeconds(30));
  }
}
