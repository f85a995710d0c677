package io.github.puzzle4j.solver;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Problems with so many equal partial selections that bounds alone do not tell them apart. */
final class NearlyEqualTest {

  private static final SolveOptions OURS =
      SolveOptions.defaults().withBackend("exact").withTimeLimit(Duration.ofSeconds(20));

  /** Costs are multiples of 100 and 50 except for a little; the best use of the rest is nothing. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void multiplesAndALittleMore(long seed) {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    List<Candidate> candidates = new ArrayList<>();
    for (int number = 0; number < 40 * 20; number++) {
      int kind = random.nextInt(6);
      double score = 1000 - 150 * kind + random.nextInt(2);
      double runtime = 100.0 * kind + random.nextInt(3);
      double memory = 50.0 * kind + random.nextInt(3);
      candidates.add(candidate(number, 20, score, Map.of("a", runtime, "b", memory)));
    }
    requireOptimum(
        SelectionProblem.of(
            40,
            Sense.MIN,
            candidates,
            Map.of("a", new Limit.AtMost(10_063), "b", new Limit.AtMost(5_040))));
  }

  /** Scores of 0, 1 and 2: many selections have the same, and few of those keep the limits. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void fewDistinctScores(long seed) {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    List<Candidate> candidates = new ArrayList<>();
    for (int number = 0; number < 40 * 40; number++) {
      Map<String, Double> costs =
          Map.of("a", (double) random.nextInt(30), "b", (double) random.nextInt(30));
      candidates.add(candidate(number, 40, random.nextInt(3), costs));
    }
    requireOptimum(
        SelectionProblem.of(
            40,
            Sense.MIN,
            candidates,
            Map.of("a", new Limit.AtMost(220), "b", new Limit.AtMost(220))));
  }

  private static Candidate candidate(
      int number, int perLayer, double score, Map<String, Double> costs) {
    return Candidate.of("c" + number, number / perLayer, score, costs);
  }

  private static void requireOptimum(SelectionProblem problem) {
    SolveResult.Solved ours = (SolveResult.Solved) SelectionSolver.solve(problem, OURS);
    SolveResult.Solved theirs =
        (SolveResult.Solved)
            SelectionSolver.solve(problem, SolveOptions.defaults().withBackend("cp-sat"));

    assertThat(ours.proven()).isTrue();
    assertThat(theirs.proven()).isTrue();
    assertThat(ours.selection().exactObjective())
        .isEqualByComparingTo(theirs.selection().exactObjective());
    assertThat(problem.broken(ours.selection().chosen())).isEmpty();
  }
}
