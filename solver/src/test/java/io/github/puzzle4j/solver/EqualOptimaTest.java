package io.github.puzzle4j.solver;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.puzzle4j.solver.backend.SolverBackend;
import io.github.puzzle4j.solver.backend.SolverBackends;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Compares all backends, and the default, with brute force on 1,000 random problems, to the last
 * decimal. Half of the problems have candidates for several layers, a third ask for several
 * selections.
 */
final class EqualOptimaTest {

  private static final long FIRST_SEED = 500_000;
  private static final int PROBLEMS = 1000;
  private static final int PROBLEMS_PER_BATCH = 50;

  static LongStream batches() {
    return LongStream.range(0, PROBLEMS / PROBLEMS_PER_BATCH)
        .map(batch -> FIRST_SEED + PROBLEMS_PER_BATCH * batch);
  }

  @ParameterizedTest
  @MethodSource("batches")
  void allBackendsFindTheSame(long firstSeed) {
    List<String> names = new ArrayList<>(workingBackends());
    names.add(SolveOptions.AUTO);
    for (long seed = firstSeed; seed < firstSeed + PROBLEMS_PER_BATCH; seed++) {
      SelectionProblem problem = problem(seed);
      List<Selection> admissible = BruteForce.admissible(problem);
      for (String name : names) {
        requireOptima(problem, admissible, name, "seed %d, %s".formatted(seed, name));
      }
    }
  }

  /**
   * Requires each selection to be optimal among those different enough from its predecessors.
   * Backends may choose differently among equally good ones, so only the first objectives must be
   * equal.
   */
  private static void requireOptima(
      SelectionProblem problem, List<Selection> admissible, String backend, String what) {
    SolveResult result =
        SelectionSolver.solve(problem, SolveOptions.defaults().withBackend(backend));
    if (admissible.isEmpty()) {
      assertThat(result).as(what).isInstanceOf(SolveResult.Infeasible.class);
      return;
    }
    assertThat(result).as(what).isInstanceOf(SolveResult.Solved.class);
    SolveResult.Solved solved = (SolveResult.Solved) result;
    assertThat(solved.proven()).as(what).isTrue();
    List<Selection> earlier = new ArrayList<>();
    for (Selection selection : solved.selections()) {
      assertThat(problem.broken(selection.chosen())).as(what).isEmpty();
      assertThat(selection.exactObjective())
          .as(what)
          .isEqualByComparingTo(best(problem, admissible, earlier).orElseThrow());
      earlier.add(selection);
    }
    if (earlier.size() < problem.solutions()) {
      assertThat(best(problem, admissible, earlier)).as(what).isEmpty();
    }
  }

  private static Optional<BigDecimal> best(
      SelectionProblem problem, List<Selection> admissible, List<Selection> earlier) {
    return BruteForce.best(admissible, earlier, problem.leastDifference());
  }

  /**
   * Every third problem asks for two or three selections that differ in up to 60 % of the layers.
   */
  private static SelectionProblem problem(long seed) {
    SelectionProblem problem = RandomProblems.small(seed);
    return seed % 3 == 0 ? problem.withSolutions(2 + (int) (seed % 2), 0.1 * (seed % 7)) : problem;
  }

  @Test
  void randomProblemsCoverAllKinds() {
    List<SelectionProblem> problems =
        LongStream.range(FIRST_SEED, FIRST_SEED + PROBLEMS).mapToObj(s -> problem(s)).toList();
    assertThat(problems)
        .filteredOn(p -> p.solutions() > 1 && p.diversity() > 0)
        .hasSizeGreaterThan(250);
    assertThat(problems)
        .filteredOn(p -> p.candidates().stream().anyMatch(c -> c.layers().size() > 1))
        .hasSizeGreaterThan(300);
    assertThat(problems)
        .filteredOn(p -> BruteForce.admissible(p).isEmpty())
        .hasSizeBetween(50, 500);
    assertThat(problems).filteredOn(p -> p.sense() == Sense.MAX).hasSizeBetween(400, 600);
  }

  private static List<String> workingBackends() {
    SolverBackends installed = SolverBackends.installed();
    return installed.names().stream()
        .filter(name -> installed.find(name).flatMap(SolverBackend::unavailable).isEmpty())
        .toList();
  }
}
