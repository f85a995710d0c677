package io.github.puzzle4j.solver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.puzzle4j.solver.backend.SolverBackend;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requirements on every solver backend; each has a test class that extends this one. */
public abstract class SolverBackendContract {

  private static final int BATCHES = 6;
  private static final int PROBLEMS_PER_BATCH = 25;

  /** The backend under test. */
  protected abstract SolverBackend backend();

  static LongStream batches() {
    return LongStream.range(0, BATCHES);
  }

  @BeforeEach
  void skipWhereItDoesNotWork() {
    Optional<String> obstacle = backend().unavailable();
    assumeTrue(obstacle.isEmpty(), obstacle::toString);
  }

  private SolveResult solve(SelectionProblem problem) {
    return SelectionSolver.solve(problem, options(Duration.ofSeconds(30)));
  }

  private SolveOptions options(Duration limit) {
    return SolveOptions.defaults().withBackend(backend().name()).withTimeLimit(limit);
  }

  @Test
  void isFoundByItsName() {
    assertThat(SelectionSolver.backends()).contains(backend().name());
  }

  @ParameterizedTest
  @MethodSource("batches")
  void findsTheOptimumThatBruteForceFinds(long batch) {
    for (long seed : seeds(batch)) {
      SelectionProblem problem = RandomProblems.small(seed);
      List<Selection> admissible = BruteForce.admissible(problem);
      SolveResult result = solve(problem);
      if (admissible.isEmpty()) {
        assertThat(result).as("seed %d", seed).isInstanceOf(SolveResult.Infeasible.class);
      } else {
        assertThat(result).as("seed %d", seed).isInstanceOf(SolveResult.Solved.class);
        SolveResult.Solved solved = (SolveResult.Solved) result;
        BigDecimal optimum = admissible.getFirst().exactObjective();
        assertThat(problem.broken(solved.selection().chosen())).as("seed %d", seed).isEmpty();
        assertThat(solved.proven()).as("seed %d", seed).isTrue();
        assertThat(solved.objective())
            .as("seed %d", seed)
            .isCloseTo(optimum.doubleValue(), within(1e-9));
        assertThat(solved.gap()).as("seed %d", seed).isBetween(0.0, 1e-9);
      }
    }
  }

  /** Problems for which CP-SAT 9.15 (with probing) or ojAlgo 57.1 made wrong claims. */
  @ParameterizedTest
  @ValueSource(longs = {20587, 20757, 2014, 5024})
  void solvesProblemsThatOtherVersionsGotWrong(long seed) {
    SelectionProblem problem = RandomProblems.small(seed);
    Selection best = BruteForce.admissible(problem).getFirst();
    assertThat(solve(problem))
        .isInstanceOfSatisfying(
            SolveResult.Solved.class,
            solved -> assertThat(solved.objective()).isCloseTo(best.objective(), within(1e-9)));
  }

  @ParameterizedTest
  @MethodSource("batches")
  void findsTheBestOfThoseThatDifferEnough(long batch) {
    for (long seed : seeds(batch)) {
      SelectionProblem problem = RandomProblems.small(seed).withSolutions(4, 0.1 * (seed % 7));
      List<Selection> admissible = BruteForce.admissible(problem);
      if (solve(problem) instanceof SolveResult.Solved solved) {
        List<Selection> earlier = new ArrayList<>();
        for (Selection selection : solved.selections()) {
          assertThat(admissible).as("seed %d", seed).contains(selection);
          Optional<BigDecimal> best =
              BruteForce.best(admissible, earlier, problem.leastDifference());
          assertThat(selection.objective())
              .as("seed %d, selection %d", seed, earlier.size())
              .isCloseTo(best.orElseThrow().doubleValue(), within(1e-9));
          earlier.add(selection);
        }
        if (earlier.size() < 4) {
          assertThat(BruteForce.best(admissible, earlier, problem.leastDifference()))
              .as("seed %d", seed)
              .isEmpty();
        }
        assertThat(solved.proven()).as("seed %d", seed).isTrue();
      } else {
        assertThat(admissible).as("seed %d", seed).isEmpty();
      }
    }
  }

  @Test
  void keepsALimitThatIsMetToTheLastDecimal() {
    List<Candidate> candidates = new ArrayList<>();
    for (int layer = 0; layer < 3; layer++) {
      candidates.add(Candidate.of("cheap" + layer, layer, 1, Map.of("c", 0.1)));
      candidates.add(Candidate.of("dear" + layer, layer, 0, Map.of("c", 0.2)));
    }
    SolveResult result =
        solve(SelectionProblem.of(3, Sense.MIN, candidates, Map.of("c", new Limit.AtMost(0.5))));
    assertThat(result)
        .isInstanceOfSatisfying(
            SolveResult.Solved.class, solved -> assertThat(solved.objective()).isEqualTo(1));
  }

  @Test
  void provesTheOptimumWithinABillionthOfIt() {
    // The best selection is better than the next by a billionth of the objective.
    List<Candidate> candidates =
        List.of(
            Candidate.of("a", 0, 1000000000.0, Map.of()),
            Candidate.of("b", 0, 1000000001.0, Map.of()),
            Candidate.of("c", 1, 1000000002.0, Map.of()),
            Candidate.of("d", 1, 1000000001.0, Map.of()));
    SolveResult result = solve(SelectionProblem.of(2, Sense.MIN, candidates, Map.of()));
    assertThat(result)
        .isInstanceOfSatisfying(
            SolveResult.Solved.class,
            solved -> assertThat(solved.objective()).isEqualTo(2000000001.0));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 20, 80})
  void aShortTimeLimitGivesAGapAndNeverAFalseOptimum(int milliseconds) {
    SelectionProblem problem = RandomProblems.large(2, 80, 56, 0.4);
    SolveResult result = SelectionSolver.solve(problem, options(Duration.ofMillis(milliseconds)));
    assertThat(result).isInstanceOf(SolveResult.Solved.class);
    SolveResult.Solved solved = (SolveResult.Solved) result;
    assertThat(problem.broken(solved.selection().chosen())).isEmpty();
    // CP-SAT and SCIP prove this optimum within a minute.
    double optimum = 70.87381786861982;
    assertThat(solved.bound()).isLessThanOrEqualTo(optimum + 1e-9);
    assertThat(solved.objective()).isGreaterThanOrEqualTo(optimum - 1e-9);
    if (solved.objective() > optimum + 1e-9) {
      assertThat(solved.proven()).isFalse();
      assertThat(solved.gap()).isPositive();
    }
    assertThat(solved.effort().elapsed()).isLessThan(Duration.ofSeconds(5));
  }

  @Test
  void isDeterministicBySeed() {
    SelectionProblem problem = RandomProblems.large(3, 12, 8, 0.5);
    SolveResult first = solve(problem);
    SolveResult second = solve(problem);
    assertThat(((SolveResult.Solved) first).selections())
        .isEqualTo(((SolveResult.Solved) second).selections());
  }

  private static List<Long> seeds(long batch) {
    List<Long> seeds = new ArrayList<>();
    for (int number = 0; number < PROBLEMS_PER_BATCH; number++) {
      seeds.add(1000 * batch + number);
    }
    assertThat(new HashSet<>(seeds)).hasSize(PROBLEMS_PER_BATCH);
    return seeds;
  }
}
