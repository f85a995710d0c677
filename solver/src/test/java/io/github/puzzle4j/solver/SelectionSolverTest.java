package io.github.puzzle4j.solver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class SelectionSolverTest {

  private static Candidate candidate(String id, int layer, double a, double b) {
    return Candidate.of(id, layer, 0, Map.of("a", a, "b", b));
  }

  private static Conflict conflict(SelectionProblem problem) {
    SolveResult result = SelectionSolver.solve(problem);
    assertThat(result).isInstanceOf(SolveResult.Infeasible.class);
    return ((SolveResult.Infeasible) result).conflict();
  }

  @Test
  void unreachableUpperLimitsAreReportedWithTheBestValue() {
    List<Candidate> candidates =
        List.of(candidate("x", 0, 1.1, 1), candidate("y", 1, 2.0, 1), candidate("z", 1, 3.0, 1));
    Conflict conflict =
        conflict(
            SelectionProblem.of(
                2,
                Sense.MIN,
                candidates,
                Map.of("a", new Limit.AtMost(2), "b", new Limit.AtMost(9))));
    assertThat(conflict.limits()).containsExactly("a");
    assertThat(conflict.explanation()).isEqualTo("a: best reachable 3.1, limit max 2");
  }

  @Test
  void unreachableLowerLimitsAreReportedWithTheBestValue() {
    Conflict conflict =
        conflict(
            SelectionProblem.of(
                1,
                Sense.MAX,
                List.of(candidate("x", 0, 1, 1), candidate("y", 0, 4, 1)),
                Map.of("a", new Limit.AtLeast(5))));
    assertThat(conflict.explanation()).isEqualTo("a: best reachable 4, limit min 5");
  }

  @Test
  void limitsThatConflictOnlyTogetherAreNarrowedToASmallestSet() {
    List<Candidate> candidates =
        List.of(
            Candidate.of("x", 0, 0, Map.of("a", 1.0, "b", 4.0, "c", 1.0)),
            Candidate.of("y", 0, 0, Map.of("a", 4.0, "b", 1.0, "c", 2.0)));
    Conflict conflict =
        conflict(
            SelectionProblem.of(
                1,
                Sense.MIN,
                candidates,
                Map.of(
                    "c", new Limit.AtMost(1.5),
                    "a", new Limit.AtMost(3),
                    "b", new Limit.AtMost(3))));
    assertThat(conflict)
        .isInstanceOfSatisfying(
            Conflict.Contradicting.class,
            contradicting -> {
              assertThat(contradicting.smallest()).isTrue();
              assertThat(contradicting.bounds()).hasSize(2);
              assertThat(contradicting.limits()).contains("b");
            });
    assertThat(conflict.explanation()).doesNotContain("\n").contains("cannot be met together");
  }

  @Test
  void bothSidesOfOneLimitCanConflict() {
    Conflict conflict =
        conflict(
            SelectionProblem.of(
                1,
                Sense.MIN,
                List.of(candidate("x", 0, 1, 0), candidate("y", 0, 5, 0)),
                Map.of("a", new Limit.Between(2, 4))));
    assertThat(conflict.limits()).containsExactly("a");
    assertThat(conflict.explanation())
        .isEqualTo("a >= 2 and a <= 4 cannot be met together, though each of them can alone");
  }

  @Test
  void layersThatCannotBeCoveredExactlyOnceAreInfeasible() {
    List<Candidate> candidates =
        List.of(
            new Candidate("front", List.of(0, 1), 0, Map.of()),
            new Candidate("back", List.of(1, 2), 0, Map.of()));
    Conflict conflict = conflict(SelectionProblem.of(3, Sense.MIN, candidates, Map.of()));
    assertThat(conflict).isEqualTo(new Conflict.Uncoverable(2));
    assertThat(conflict.limits()).isEmpty();
  }

  static LongStream infeasibleSeeds() {
    return LongStream.range(0, 400)
        .filter(seed -> BruteForce.admissible(RandomProblems.small(seed)).isEmpty())
        .limit(30);
  }

  @ParameterizedTest
  @MethodSource("infeasibleSeeds")
  void conflictsAreRealAndNoSmallerOneExists(long seed) {
    SelectionProblem problem = RandomProblems.small(seed);
    List<Selection> all = BruteForce.all(problem);
    switch (conflict(problem)) {
      case Conflict.Uncoverable uncoverable -> assertThat(all).isEmpty();
      case Conflict.Unreachable(List<Conflict.Shortfall> shortfalls) -> {
        for (Conflict.Shortfall shortfall : shortfalls) {
          assertThat(reachable(all, List.of(shortfall.bound()))).isFalse();
          double best =
              all.stream()
                  .mapToDouble(s -> s.costs().get(shortfall.bound().cost()))
                  .map(cost -> shortfall.bound().sign() * cost)
                  .min()
                  .orElseThrow();
          assertThat(shortfall.bestReachable())
              .isCloseTo(shortfall.bound().sign() * best, within(1e-12));
        }
      }
      case Conflict.Contradicting(List<Bound> bounds, boolean smallest) -> {
        assertThat(smallest).isTrue();
        assertThat(reachable(all, bounds)).isFalse();
        for (int mask = 0; mask < 1 << problem.bounds().size(); mask++) {
          if (Integer.bitCount(mask) < bounds.size()) {
            int chosen = mask;
            List<Bound> fewer =
                problem.bounds().stream()
                    .filter(b -> (chosen >> problem.bounds().indexOf(b) & 1) == 1)
                    .toList();
            assertThat(reachable(all, fewer)).as("%s", fewer).isTrue();
          }
        }
      }
    }
  }

  private static boolean reachable(List<Selection> all, List<Bound> bounds) {
    return all.stream()
        .anyMatch(selection ->
            bounds.stream()
                .allMatch(b -> b.admits(Selection.exactCost(selection.chosen(), b.cost()))));
  }

  @Test
  void unknownBackendsAreRejectedWithAListOfAlternatives() {
    assertThatThrownBy(() -> SelectionSolver.requireBackend("gurobi"))
        .isInstanceOf(InvalidProblemException.class)
        .hasMessage(
            "there is no solver backend 'gurobi'; there are cbc, cp-sat, exact, highs, ojalgo, scip"
                + " or auto");
  }

  @Test
  void costsThatNotAllCandidatesStateAreNotSummed() {
    SelectionProblem problem =
        SelectionProblem.of(
            2,
            Sense.MIN,
            List.of(
                Candidate.of("x", 0, 1, Map.of("both", 0.1, "one", 1.0)),
                Candidate.of("y", 1, 1, Map.of("both", 0.2))),
            Map.of());
    assertThat(((SolveResult.Solved) SelectionSolver.solve(problem)).selection().costs())
        .isEqualTo(Map.of("both", 0.3));
  }

  @Test
  void numbersOfVeryDifferentSizeKeepTheirDigits() {
    SelectionProblem problem =
        SelectionProblem.of(
            2,
            Sense.MIN,
            List.of(
                Candidate.of("base", 0, 1e20, Map.of("c", 1e25)),
                Candidate.of("x", 1, 1.25e-9, Map.of("c", 3.0)),
                Candidate.of("y", 1, 1.5e-9, Map.of("c", 2.0))),
            Map.of("c", new Limit.AtMost(1e25)));
    assertThat(SelectionSolver.solve(problem)).isInstanceOf(SolveResult.Infeasible.class);
    SolveResult free = SelectionSolver.solve(problem.withLimits(Map.of()));
    assertThat(((SolveResult.Solved) free).selection().chosen().getLast().id()).isEqualTo("x");
  }

  /**
   * A problem with fifty better selections that violate the limit by less than the model's
   * precision.
   */
  private static SelectionProblem trap() {
    List<Candidate> candidates = new ArrayList<>();
    candidates.add(Candidate.of("free", 0, 0, Map.of("c", 0.0)));
    candidates.add(Candidate.of("large", 0, -1000, Map.of("c", 1e7)));
    candidates.add(Candidate.of("kept", 1, 100, Map.of("c", 0.0)));
    for (int near = 1; near <= 50; near++) {
      candidates.add(Candidate.of("near" + near, 1, near, Map.of("c", near * 1e-12)));
    }
    return SelectionProblem.of(2, Sense.MIN, candidates, Map.of("c", new Limit.AtMost(1e7)));
  }

  @Test
  void selectionsThatViolateALimitByRoundingAreRejected() {
    SolveResult.Solved solved = (SolveResult.Solved) SelectionSolver.solve(trap());
    assertThat(solved.objective()).isEqualTo(-900);
    assertThat(solved.effort().backendCalls()).isEqualTo(51);
  }

  @Test
  void noBackendCallsAfterTheTimeLimit() {
    SolveOptions options = SolveOptions.defaults().withTimeLimit(Duration.ofNanos(1));
    SolveResult result = SelectionSolver.solve(trap(), options);
    assertThat(result).isInstanceOf(SolveResult.Undecided.class);
    assertThat(result.effort().backendCalls()).isEqualTo(1);
  }
}
