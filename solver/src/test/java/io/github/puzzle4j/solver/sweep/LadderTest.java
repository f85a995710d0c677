package io.github.puzzle4j.solver.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.puzzle4j.solver.BruteForce;
import io.github.puzzle4j.solver.Candidate;
import io.github.puzzle4j.solver.Effort;
import io.github.puzzle4j.solver.InvalidProblemException;
import io.github.puzzle4j.solver.Limit;
import io.github.puzzle4j.solver.RandomProblems;
import io.github.puzzle4j.solver.Selection;
import io.github.puzzle4j.solver.SelectionProblem;
import io.github.puzzle4j.solver.Sense;
import io.github.puzzle4j.solver.SolveOptions;
import io.github.puzzle4j.solver.SolveResult;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class LadderTest {

  private static final Duration LONG = Duration.ofMinutes(5);

  private static Ladder solve(List<Rung> rungs) throws InvalidProblemException {
    return Ladder.solve(rungs, SolveOptions.defaults(), LONG);
  }

  private static Rung rung(String label, double score, double max) {
    return new Rung(
        label,
        SelectionProblem.of(
            1,
            Sense.MIN,
            List.of(Candidate.of(label, 0, score, Map.of("c", 1.0))),
            Map.of("c", new Limit.AtMost(max))));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void theBestIsTheBestOfBruteForce(int batch) throws InvalidProblemException {
    for (long seed = 300L * batch; seed < 300L * batch + 120; seed += 4) {
      List<Rung> rungs = new ArrayList<>();
      for (long number = seed; number < seed + 40 && rungs.size() < 4; number++) {
        SelectionProblem problem = RandomProblems.small(number);
        if (problem.sense() == Sense.MIN) {
          rungs.add(new Rung("rung " + number, problem));
        }
      }
      Ladder ladder = solve(rungs);
      Optional<BigDecimal> expected =
          rungs.stream()
              .flatMap(rung -> BruteForce.admissible(rung.problem()).stream().limit(1))
              .map(Selection::exactObjective)
              .min(BigDecimal::compareTo);
      assertThat(
              ladder.best().flatMap(Ladder.Step::solved).map(s -> s.selection().exactObjective()))
          .as("seed %d", seed)
          .isEqualTo(expected);
      assertThat(ladder.proven()).isTrue();
      assertThat(ladder.steps()).extracting(Ladder.Step::rung).isEqualTo(rungs);
    }
  }

  @Test
  void ofEqualAnswersTheFirstIsKept() throws InvalidProblemException {
    Ladder ladder = solve(List.of(rung("none", 0, 0), rung("a", 2, 1), rung("b", 2, 1)));
    assertThat(ladder.best().orElseThrow().rung().label()).isEqualTo("a");
    assertThat(ladder.steps().getFirst().solved()).isEmpty();
    assertThat(ladder.proven()).isTrue();
  }

  @Test
  void withoutAnyAnswerThereIsNoBest() throws InvalidProblemException {
    Ladder ladder = solve(List.of(rung("a", 0, 0), rung("b", 0, 0)));
    assertThat(ladder.best()).isEmpty();
    assertThat(ladder.proven()).isTrue();
  }

  @Test
  void undecidedProblemsLeaveTheBestUnproven() throws InvalidProblemException {
    Rung one = rung("a", 2, 1);
    Rung other = rung("b", 1, 1);
    Effort effort = new Effort("auto", Duration.ZERO, 0, 0);
    Ladder.Step known = new Ladder.Step(one, solve(List.of(one)).steps().getFirst().result());
    assertThat(
            new Ladder(
                    List.of(
                        known, new Ladder.Step(other, new SolveResult.Undecided("time", effort))),
                    LONG)
                .proven())
        .isFalse();
    Selection worse = Selection.of(one.problem(), one.problem().candidates());
    for (double bound : List.of(1.5, 2.0)) {
      SolveResult loose = new SolveResult.Solved(List.of(worse), bound, 0.5, false, effort);
      assertThat(new Ladder(List.of(known, new Ladder.Step(other, loose)), LONG).proven())
          .isEqualTo(bound == 2);
    }
  }

  @Test
  void theTotalTimeIsLimited() throws InvalidProblemException {
    Ladder ladder =
        Ladder.solve(
            List.of(rung("a", 0, 1), rung("b", 0, 1)),
            SolveOptions.defaults(),
            Duration.ofNanos(1));
    assertThat(ladder.steps())
        .allSatisfy(step -> assertThat(step.result()).isInstanceOf(SolveResult.Undecided.class));
  }

  @Test
  void invalidLaddersAreRejected() {
    assertThatThrownBy(() -> solve(List.of())).hasMessage("a ladder needs at least one problem");
    assertThatThrownBy(() -> solve(List.of(rung("a", 0, 1), rung("a", 0, 1))))
        .isInstanceOf(InvalidProblemException.class)
        .hasMessage("'a' is on the ladder twice");
    assertThatThrownBy(() -> new Ladder(List.of(), LONG))
        .isInstanceOf(IllegalArgumentException.class);
    Rung max = new Rung("b", rung("b", 0, 1).problem().withScores(Sense.MAX, Candidate::score));
    assertThatThrownBy(() -> solve(List.of(rung("a", 0, 1), max)))
        .hasMessage("'a' and 'b' want sums of scores of different sense");
  }
}
