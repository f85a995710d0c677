package io.github.puzzle4j.solver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Compares problems with pair terms with brute force. */
final class PairTermsTest {

  private static final int SEEDS = 400;

  @Test
  void provesTheOptimumOfConsecutiveCandidates() {
    for (long seed = 0; seed < SEEDS; seed++) {
      compare(problem(seed, true), SolveOptions.EXACT, "seed " + seed);
    }
  }

  @Test
  void provesTheOptimumOfAnyPairs() {
    for (long seed = 1_000; seed < 1_000 + SEEDS; seed++) {
      compare(problem(seed, false), SolveOptions.EXACT, "seed " + seed);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"auto", "cp-sat", "scip", "highs", "cbc", "ojalgo"})
  void agreesWithEveryBackend(String backend) {
    for (long seed = 2_000; seed < 2_060; seed++) {
      compare(problem(seed, seed % 2 == 0), backend, backend + ", seed " + seed);
    }
  }

  @Test
  void findsTheBestSeveral() {
    for (long seed = 3_000; seed < 3_000 + SEEDS; seed++) {
      int count = 2 + (int) (seed % 6);
      double diversity = seed % 3 == 0 ? 0.5 : 0;
      SelectionProblem problem = problem(seed, seed % 2 == 0).withSolutions(count, diversity);
      List<Selection> admissible = BruteForce.admissible(problem);
      SolveResult result = exactly(problem, SolveOptions.EXACT);
      List<Selection> found =
          result instanceof SolveResult.Solved solved ? solved.selections() : List.of();
      List<Selection> earlier = new ArrayList<>();
      for (Selection next : found) {
        Optional<BigDecimal> best = BruteForce.best(admissible, earlier, problem.leastDifference());
        assertThat(next.exactObjective()).as("seed %d", seed).isEqualByComparingTo(best.get());
        earlier.add(next);
      }
      if (found.size() < count) {
        assertThat(BruteForce.best(admissible, earlier, problem.leastDifference()))
            .as("seed %d", seed)
            .isEmpty();
      }
    }
  }

  @Test
  void honoursRequiredAndForbidden() {
    for (long seed = 4_000; seed < 4_200; seed++) {
      SelectionProblem problem = problem(seed, seed % 2 == 0);
      String last = problem.candidates().getLast().id();
      compare(problem.withRequired(List.of(last)), SolveOptions.EXACT, "required, seed " + seed);
      compare(problem.withForbidden(List.of(last)), SolveOptions.EXACT, "forbidden, seed " + seed);
    }
  }

  /** Without time there is a selection with an honest bound, or none. */
  @Test
  void givesAnHonestBoundWithoutTime() {
    for (long seed = 5_000; seed < 5_200; seed++) {
      SelectionProblem problem = problem(seed, false);
      List<Selection> admissible = BruteForce.admissible(problem);
      SolveOptions hurried =
          SolveOptions.defaults()
              .withBackend(SolveOptions.EXACT)
              .withTimeLimit(Duration.ofNanos(1));
      if (SelectionSolver.solve(problem, hurried) instanceof SolveResult.Solved solved) {
        int sign = problem.sense().sign();
        double best = admissible.getFirst().objective();
        assertThat(sign * solved.bound()).as("seed %d", seed).isLessThanOrEqualTo(sign * best);
        assertThat(solved.proven() && solved.objective() != best).as("seed %d", seed).isFalse();
      }
    }
  }

  @Test
  void anInteractionChangesTheChoice() {
    List<Candidate> candidates =
        List.of(
            Candidate.of("a0", 0, 1, Map.of()),
            Candidate.of("b0", 0, 2, Map.of()),
            Candidate.of("a1", 1, 1, Map.of()),
            Candidate.of("b1", 1, 2, Map.of()),
            Candidate.of("a2", 2, 1, Map.of()));
    SelectionProblem problem = SelectionProblem.of(3, Sense.MIN, candidates, Map.of());
    SolveResult.Solved solved =
        (SolveResult.Solved)
            SelectionSolver.solve(
                problem.withPairs(
                    List.of(new PairTerm("a1", "a0", 5), new PairTerm("a2", "b0", -0.5))));
    assertThat(solved.selection().chosen().stream().map(Candidate::id))
        .containsExactly("b0", "a1", "a2");
    assertThat(solved.objective()).isEqualTo(3.5);
    assertThat(solved.selection().pairs()).containsExactly(new PairTerm("a2", "b0", -0.5));
    assertThat(solved.proven()).isTrue();
  }

  @Test
  void refusesTermsThatNeverApply() {
    SelectionProblem problem = RandomProblems.small(1);
    Candidate one = problem.candidates().getFirst();
    assertThatThrownBy(() -> problem.withPairs(List.of(new PairTerm(one.id(), "none", 1))))
        .hasMessage("pairs name 'none', but there is no such candidate");
    assertThatThrownBy(() -> new PairTerm("a", "a", 1)).hasMessage("a pair names 'a' twice");
    Candidate beside =
        problem.candidates().stream()
            .filter(other -> !other.equals(one) && other.layers().contains(one.firstLayer()))
            .findFirst()
            .orElseThrow();
    assertThatThrownBy(() -> problem.withPairs(List.of(new PairTerm(one.id(), beside.id(), 1))))
        .hasMessageContaining("both cover layer 0");
  }

  private static SelectionProblem problem(long seed, boolean neighbours) {
    int digits = List.of(0, 2, 17).get((int) (seed % 3));
    double share = seed % 5 == 0 ? 1 : 0.4;
    return RandomPairs.added(RandomProblems.small(seed), seed, share, 8, digits, neighbours);
  }

  private static void compare(SelectionProblem problem, String backend, String name) {
    List<Selection> admissible = BruteForce.admissible(problem);
    switch (exactly(problem, backend)) {
      case SolveResult.Solved solved -> {
        assertThat(solved.selection().exactObjective())
            .as(name)
            .isEqualByComparingTo(admissible.getFirst().exactObjective());
        assertThat(solved.proven()).as(name).isTrue();
        assertThat(solved.gap()).as(name).isZero();
      }
      case SolveResult.Infeasible infeasible -> assertThat(admissible).as(name).isEmpty();
      case SolveResult.Undecided undecided ->
          assertThat(undecided.explanation()).as(name).isEmpty();
    }
  }

  private static SolveResult exactly(SelectionProblem problem, String backend) {
    return SelectionSolver.solve(problem, SolveOptions.defaults().withBackend(backend));
  }
}
