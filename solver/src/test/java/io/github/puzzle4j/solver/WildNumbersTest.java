package io.github.puzzle4j.solver;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.puzzle4j.solver.sweep.Axis;
import io.github.puzzle4j.solver.sweep.Frontier;
import io.github.puzzle4j.solver.sweep.FrontierSearch;
import io.github.puzzle4j.solver.sweep.Range;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Compares answers with brute force in exact decimals where numbers of very different sizes meet:
 * penalties of 1e9 and 1e18 beside 0.1, seventeen digits, differences of 1e-12.
 */
final class WildNumbersTest {

  private static final int PROBLEMS_PER_BATCH = 50;

  @Test
  void smallScoresDecideBesidePenalties() {
    List<Candidate> candidates = new ArrayList<>();
    for (int layer = 0; layer < 3; layer++) {
      candidates.add(Candidate.of("L%d/penalised".formatted(layer), layer, 1e18, Map.of("a", 0.0)));
      candidates.add(Candidate.of("L%d/poor".formatted(layer), layer, 0.2, Map.of("a", 1.0)));
      candidates.add(Candidate.of("L%d/good".formatted(layer), layer, 0.1, Map.of("a", 1.0)));
    }
    SelectionProblem problem =
        SelectionProblem.of(3, Sense.MIN, candidates, Map.of("a", new Limit.AtMost(2)));

    SolveResult.Solved solved = (SolveResult.Solved) SelectionSolver.solve(problem);

    assertThat(solved.proven()).isTrue();
    assertThat(solved.selection().exactObjective())
        .isEqualByComparingTo(new BigDecimal("1000000000000000000.2"));
  }

  /** One search for the penalties and one for the small scores, however many candidates. */
  @Test
  void smallScoresBesidePenaltiesTakeTwoSearches() {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(7);
    List<Candidate> candidates = new ArrayList<>();
    for (int number = 0; number < 30 * 12; number++) {
      double small = random.nextInt(1, 30) / 10.0;
      double score = small + (random.nextInt(3) == 0 ? 1e18 : 0);
      Map<String, Double> costs = Map.of("a", random.nextDouble() * 1400);
      candidates.add(Candidate.of("c" + number, number / 12, score, costs));
    }
    SelectionProblem problem =
        SelectionProblem.of(30, Sense.MIN, candidates, Map.of("a", new Limit.AtMost(6_000)));

    SolveResult.Solved solved = (SolveResult.Solved) SelectionSolver.solve(problem);

    assertThat(solved.proven()).isTrue();
    assertThat(solved.effort().backendCalls()).isEqualTo(2);
    assertThat(solved.selection().exactObjective())
        .isEqualByComparingTo(
            ((SolveResult.Solved)
                    SelectionSolver.solve(problem, SolveOptions.defaults().withBackend("cp-sat")))
                .selection()
                .exactObjective());
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void theEndsOfAFrontierAreSumsThatExist(long seed) throws InvalidProblemException {
    SelectionProblem problem = wild(0, 3, seed);
    List<Selection> all = BruteForce.all(problem);
    BigDecimal least =
        all.stream().map(s -> s.exactCost("a")).min(BigDecimal::compareTo).orElseThrow();
    BigDecimal best =
        all.stream().map(Selection::exactObjective).min(BigDecimal::compareTo).orElseThrow();
    BigDecimal loose =
        all.stream()
            .filter(s -> s.exactObjective().compareTo(best) == 0)
            .map(s -> s.exactCost("a"))
            .min(BigDecimal::compareTo)
            .orElseThrow();

    Frontier frontier =
        FrontierSearch.of(problem, SolveOptions.defaults(), Duration.ofMinutes(1))
            .even(Axis.of(problem, "a"), Range.ALL, 2);

    assertThat(frontier.points().stream().map(point -> point.budgets().get("a")).toList())
        .isEqualTo(
            List.of(
                Bound.admitting("a", Bound.Side.MAX, least).value(),
                Bound.admitting("a", Bound.Side.MAX, loose).value()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"auto", "cp-sat", "ojalgo", "highs", "scip", "cbc"})
  void optimaAreExact(String backend) {
    int problems = backend.equals("auto") ? 2 * PROBLEMS_PER_BATCH : PROBLEMS_PER_BATCH;
    for (long seed = 0; seed < problems; seed++) {
      requireOptimum(wild(seed), backend, "seed %d, %s".formatted(seed, backend));
    }
  }

  private static void requireOptimum(SelectionProblem problem, String backend, String what) {
    List<Selection> admissible = BruteForce.admissible(problem);
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
      Optional<BigDecimal> best = BruteForce.best(admissible, earlier, problem.leastDifference());
      assertThat(problem.broken(selection.chosen())).as(what).isEmpty();
      assertThat(selection.exactObjective()).as(what).isEqualByComparingTo(best.orElseThrow());
      earlier.add(selection);
    }
    if (earlier.size() < problem.solutions()) {
      assertThat(BruteForce.best(admissible, earlier, problem.leastDifference()))
          .as(what)
          .isEmpty();
    }
  }

  /** Without limits: scores and costs of these kinds, four layers of five candidates. */
  private static SelectionProblem wild(int scores, int costs, long seed) {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    List<Candidate> candidates = new ArrayList<>();
    for (int layer = 0; layer < 4; layer++) {
      for (int number = 0; number < 5; number++) {
        String id = "L%d/%d".formatted(layer, number);
        candidates.add(candidate(id, layer, 1, new int[] {scores, costs, costs}, random));
      }
    }
    return SelectionProblem.of(4, Sense.MIN, candidates, Map.of());
  }

  private static SelectionProblem wild(long seed) {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    int layers = 2 + random.nextInt(4);
    int[] sizes = {random.nextInt(8), random.nextInt(8), random.nextInt(8)};
    List<Candidate> candidates = new ArrayList<>();
    for (int layer = 0; layer < layers; layer++) {
      int count = 1 + random.nextInt(5);
      for (int number = 0; number < count; number++) {
        candidates.add(candidate("L%d/%d".formatted(layer, number), layer, 1, sizes, random));
      }
    }
    for (int number = random.nextInt(6); number > 3; number--) {
      int length = 1 + random.nextInt(layers);
      int first = random.nextInt(layers - length + 1);
      candidates.add(candidate("run" + number, first, length, sizes, random));
    }
    SelectionProblem problem =
        SelectionProblem.of(
            layers,
            random.nextBoolean() ? Sense.MIN : Sense.MAX,
            candidates,
            limits(candidates, layers, random));
    String last = candidates.getLast().id();
    return switch (random.nextInt(6)) {
      case 0 -> problem.withSolutions(1 + random.nextInt(4), 0);
      case 1 -> problem.withSolutions(1 + random.nextInt(3), 0.5);
      case 2 -> problem.withRequired(List.of(last));
      case 3 -> problem.withForbidden(List.of(candidates.getFirst().id()));
      default -> problem;
    };
  }

  private static Candidate candidate(
      String id, int first, int length, int[] sizes, RandomGenerator random) {
    List<Integer> covered = new ArrayList<>();
    for (int layer = first; layer < first + length; layer++) {
      covered.add(layer);
    }
    Map<String, Double> costs = new LinkedHashMap<>();
    costs.put("a", number(sizes[1], random));
    costs.put("b", number(sizes[2], random));
    return new Candidate(id, covered, number(sizes[0], random), costs);
  }

  private static double number(int size, RandomGenerator random) {
    double small = random.nextInt(30) / 10.0;
    boolean spike = random.nextInt(3) == 0;
    return switch (size) {
      case 0 -> small;
      case 1 -> spike ? 1e18 : small;
      case 2 -> spike ? 1e9 * (1 + random.nextInt(3)) : random.nextDouble();
      case 3 -> random.nextDouble() * Math.pow(10, random.nextInt(20));
      case 4 -> (random.nextDouble() - 0.5) * Math.pow(10, random.nextInt(40) - 20);
      case 5 -> 1e18 + 128 * random.nextInt(3) + (spike ? 0 : -1e18 + small);
      case 6 -> 1 + random.nextInt(3) * 1e-12;
      default -> random.nextInt(3) - 1;
    };
  }

  /** Limits at the sums of random selections, to the last digit. */
  private static Map<String, Limit> limits(
      List<Candidate> candidates, int layers, RandomGenerator random) {
    Map<String, Limit> limits = new LinkedHashMap<>();
    for (String cost : List.of("a", "b")) {
      List<Candidate> some = new ArrayList<>();
      for (int layer = 0; layer < layers; layer++) {
        int here = layer;
        List<Candidate> single =
            candidates.stream().filter(c -> c.layers().equals(List.of(here))).toList();
        some.add(single.get(random.nextInt(single.size())));
      }
      double sum = Selection.exactCost(some, cost).doubleValue();
      double slack = Math.abs(number(random.nextInt(3), random));
      switch (random.nextInt(6)) {
        case 0 -> limits.put(cost, new Limit.AtMost(sum));
        case 1 -> limits.put(cost, new Limit.AtLeast(sum));
        case 2 -> limits.put(cost, new Limit.Between(sum, sum));
        case 3 -> limits.put(cost, new Limit.Between(sum - slack, sum + slack));
        case 4 -> limits.put(cost, new Limit.AtMost(sum - slack));
        default -> {}
      }
    }
    return limits;
  }
}
