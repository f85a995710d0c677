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

/** That nothing keeps all limits is proven within seconds, however little is missing. */
final class InfeasibleProofTest {

  private static final SolveOptions OPTIONS =
      SolveOptions.defaults().withTimeLimit(Duration.ofSeconds(10));

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void oneUnitLessThanTwoLimitsAllow(long seed) {
    SelectionProblem problem = wholeNumbers(seed, 40, 30, 1, 1000);
    problem = problem.withLimits(Map.of("b", new Limit.AtMost(40 * 250)));
    SelectionProblem least = problem.towards(new Bound("a", Bound.Side.MAX, 0));
    Selection cheapest = ((SolveResult.Solved) SelectionSolver.solve(least, OPTIONS)).selection();
    double reached = cheapest.exactCost("a").doubleValue();

    requireInfeasible(problem, Map.of("a", new Limit.AtMost(reached - 1)));
    assertThat(SelectionSolver.solve(with(problem, Map.of("a", new Limit.AtMost(reached)))))
        .isInstanceOf(SolveResult.Solved.class);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void threeLimitsOfWhichEachTwoHold(long seed) {
    SelectionProblem problem = wholeNumbers(seed, 60, 20, 1, 1000);
    requireInfeasible(
        problem,
        Map.of(
            "a", new Limit.AtMost(60 * 130),
            "b", new Limit.AtMost(60 * 130),
            "c", new Limit.AtMost(60 * 130)));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void anOddSumOfEvenNumbers(long seed) {
    requireInfeasible(
        wholeNumbers(seed, 80, 40, 2, 500),
        Map.of("a", new Limit.Between(24_001, 24_001), "b", new Limit.AtMost(60_000)));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void twoSumsWithoutACommonDivisorWhoseDifferenceHasOne(long seed) {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    List<Candidate> candidates = new ArrayList<>();
    for (int layer = 0; layer < 40; layer++) {
      for (int variant = 0; variant < 20; variant++) {
        double a = random.nextInt(50);
        double b = a + 3 * random.nextInt(30) + layer % 2;
        candidates.add(
            Candidate.of(
                "L%d/%d".formatted(layer, variant), layer, variant, Map.of("a", a, "b", b)));
      }
    }
    requireInfeasible(
        SelectionProblem.of(40, Sense.MIN, candidates, Map.of()),
        Map.of("a", new Limit.Between(900, 900), "b", new Limit.Between(2_121, 2_122)));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void aSumBetweenThoseThatExist(long seed) {
    requireInfeasible(
        wholeNumbers(seed, 40, 20, 1, 5).withCandidates(List.copyOf(hundreds(seed))),
        Map.of("a", new Limit.Between(40 * 500 + 60, 40 * 500 + 99)));
  }

  /** Sums are a hundred times a number plus at most one per layer. */
  private static List<Candidate> hundreds(long seed) {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    List<Candidate> candidates = new ArrayList<>();
    for (int layer = 0; layer < 40; layer++) {
      for (int variant = 0; variant < 20; variant++) {
        double a = 100 * random.nextInt(10) + random.nextInt(2);
        candidates.add(
            Candidate.of("L%d/%d".formatted(layer, variant), layer, variant, Map.of("a", a)));
      }
    }
    return candidates;
  }

  private static void requireInfeasible(SelectionProblem problem, Map<String, Limit> limits) {
    assertThat(SelectionSolver.solve(with(problem, limits), OPTIONS))
        .isInstanceOf(SolveResult.Infeasible.class);
  }

  private static SelectionProblem with(SelectionProblem problem, Map<String, Limit> limits) {
    List<Bound> bounds = new ArrayList<>(problem.bounds());
    limits.forEach((cost, limit) -> bounds.addAll(limit.bounds(cost)));
    return problem.withBounds(bounds);
  }

  private static SelectionProblem wholeNumbers(
      long seed, int layers, int variants, int step, int most) {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    List<Candidate> candidates = new ArrayList<>();
    for (int layer = 0; layer < layers; layer++) {
      for (int variant = 0; variant < variants; variant++) {
        candidates.add(
            Candidate.of(
                "L%d/%d".formatted(layer, variant),
                layer,
                random.nextInt(1000),
                Map.of(
                    "a", (double) step * random.nextInt(most),
                    "b", (double) random.nextInt(most),
                    "c", (double) random.nextInt(most))));
      }
    }
    return SelectionProblem.of(layers, Sense.MIN, candidates, Map.of());
  }
}
