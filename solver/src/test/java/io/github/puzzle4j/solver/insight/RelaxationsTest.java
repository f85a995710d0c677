package io.github.puzzle4j.solver.insight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.puzzle4j.solver.Bound;
import io.github.puzzle4j.solver.BruteForce;
import io.github.puzzle4j.solver.Candidate;
import io.github.puzzle4j.solver.Conflict;
import io.github.puzzle4j.solver.Limit;
import io.github.puzzle4j.solver.RandomPairs;
import io.github.puzzle4j.solver.RandomProblems;
import io.github.puzzle4j.solver.Selection;
import io.github.puzzle4j.solver.SelectionProblem;
import io.github.puzzle4j.solver.SelectionSolver;
import io.github.puzzle4j.solver.Sense;
import io.github.puzzle4j.solver.SolveOptions;
import io.github.puzzle4j.solver.SolveResult;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RelaxationsTest {

  private static Relaxations remedy(SelectionProblem problem, Duration time) {
    Conflict conflict = ((SolveResult.Infeasible) SelectionSolver.solve(problem)).conflict();
    return Relaxations.of(problem, conflict, SolveOptions.defaults(), time);
  }

  private static Relaxations remedy(SelectionProblem problem) {
    return remedy(problem, Duration.ofMinutes(5));
  }

  private static boolean admits(List<Bound> bounds, Selection selection) {
    return bounds.stream().allMatch(bound -> bound.admits(selection.exactCost(bound.cost())));
  }

  /**
   * Random problems whose limits are tightened until they are infeasible; some require exact sums.
   */
  private static SelectionProblem tight(long seed) {
    SelectionProblem problem = RandomPairs.small(seed);
    double share = 0.3 + 0.1 * (seed % 7);
    List<Bound> bounds = new ArrayList<>();
    for (Bound bound : problem.bounds()) {
      double value = bound.value() * (bound.side() == Bound.Side.MAX ? share : 1 / share);
      bounds.add(new Bound(bound.cost(), bound.side(), seed % 5 == 0 ? 0 : value));
    }
    boolean crossed =
        bounds.stream()
            .anyMatch(min ->
                min.side() == Bound.Side.MIN
                    && bounds.contains(new Bound(min.cost(), Bound.Side.MAX, min.value())));
    return crossed || problem.limits().values().stream().anyMatch(Limit.Between.class::isInstance)
        ? problem
        : problem.withBounds(bounds);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3})
  void theNearestLimitsAndTheReachableSumsAreThoseOfBruteForce(int batch) {
    int several = 0;
    int checked = 0;
    for (long seed = 150L * batch; seed < 150L * batch + 150; seed++) {
      SelectionProblem problem = tight(seed);
      List<Selection> all = BruteForce.all(problem);
      if (all.stream().anyMatch(s -> problem.broken(s.chosen()).isEmpty())) {
        continue;
      }
      checked++;
      Relaxations remedy = remedy(problem);
      checkReach(seed, problem, all, remedy.reachable());
      assertThat(remedy.nearest()).as("seed %d", seed).isInstanceOf(NearestLimits.Found.class);
      NearestLimits.Found found = (NearestLimits.Found) remedy.nearest();
      checkNearest(seed, problem, all, found);
      several += found.relaxed().size() > 1 ? 1 : 0;
    }
    assertThat(checked).isGreaterThan(30);
    assertThat(several).isGreaterThan(5);
  }

  private static void checkReach(
      long seed, SelectionProblem problem, List<Selection> all, List<Reachable> reachable) {
    assertThat(reachable).extracting(Reachable::bound).isEqualTo(problem.bounds());
    for (Reachable reach : reachable) {
      Bound bound = reach.bound();
      List<Bound> others = new ArrayList<>(problem.bounds());
      others.remove(bound);
      Optional<BigDecimal> best =
          all.stream()
              .filter(selection -> admits(others, selection))
              .map(selection -> selection.exactCost(bound.cost()))
              .min(Comparator.comparing(sum -> sum.multiply(BigDecimal.valueOf(bound.sign()))));
      Reachable expected =
          best.<Reachable>map(sum -> new Reachable.Best(bound, sum.doubleValue(), true))
              .orElse(new Reachable.Infeasible(bound));
      assertThat(reach).as("seed %d", seed).isEqualTo(expected);
    }
  }

  /** The bisection meets whole sums, which the doubles of relaxed limits only nearly represent. */
  @Test
  void theNearestLimitsOfWholeNumbersAreThoseOfBruteForce() {
    int infeasible = 0;
    for (long seed = 0; seed < 250; seed++) {
      SelectionProblem problem = justBelow(seed);
      if (SelectionSolver.solve(problem) instanceof SolveResult.Infeasible) {
        infeasible++;
        NearestLimits.Found found = (NearestLimits.Found) remedy(problem).nearest();
        checkNearest(seed, problem, BruteForce.all(problem), found);
      }
    }
    assertThat(infeasible).isGreaterThan(50);
  }

  private static SelectionProblem justBelow(long seed) {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    List<Candidate> candidates = new ArrayList<>();
    for (int number = 0; number < 5 * 5; number++) {
      Map<String, Double> costs =
          Map.of("a", (double) random.nextInt(60), "b", (double) random.nextInt(60));
      candidates.add(Candidate.of("c" + number, number / 5, random.nextInt(100), costs));
    }
    Map<String, Limit> limits = new LinkedHashMap<>();
    limits.put("b", new Limit.AtMost(40 + random.nextInt(60) + 0.6));
    limits.put("a", new Limit.AtMost(Math.nextDown(40.0 + random.nextInt(60))));
    return SelectionProblem.of(5, Sense.MIN, candidates, limits);
  }

  private static void checkNearest(
      long seed, SelectionProblem problem, List<Selection> all, NearestLimits.Found found) {
    assertThat(found.smallest()).as("seed %d", seed).isTrue();
    assertThat(found.best()).as("seed %d", seed).isTrue();
    List<Bound> kept = new ArrayList<>(problem.bounds());
    kept.removeIf(bound -> found.relaxed().stream().anyMatch(bound::sameSide));
    double smallest =
        all.stream()
            .mapToDouble(selection ->
                problem.bounds().stream()
                    .mapToDouble(bound -> violation(problem, bound, selection))
                    .max()
                    .orElseThrow())
            .min()
            .orElseThrow();
    assertThat(found.relaxation())
        .as("seed %d", seed)
        .isCloseTo(smallest, within(1e-12 * (1 + smallest)));
    List<Bound> now = new ArrayList<>(kept);
    now.addAll(found.relaxed());
    List<Selection> admissible = BruteForce.admissible(problem.withBounds(now));
    assertThat(admissible).as("seed %d", seed).contains(found.selection());
    assertThat(found.selection().exactObjective())
        .as("seed %d", seed)
        .isEqualByComparingTo(admissible.getFirst().exactObjective());
  }

  private static double violation(SelectionProblem problem, Bound bound, Selection selection) {
    double size = Math.abs(bound.value());
    if (size == 0) {
      for (int layer = 0; layer < problem.layers(); layer++) {
        int first = layer;
        size +=
            problem.candidates().stream()
                .filter(candidate -> candidate.firstLayer() == first)
                .mapToDouble(candidate -> Math.abs(candidate.cost(bound.cost())))
                .max()
                .orElse(0);
      }
    }
    double sum = selection.exactCost(bound.cost()).doubleValue();
    return bound.sign() * (sum - bound.value()) / size;
  }

  private static Candidate candidate(String id, double score, double a, double b, double c) {
    return Candidate.of(id, 0, score, Map.of("a", a, "b", b, "c", c));
  }

  @Test
  void onlyConflictingBoundsAreRelaxedAndEquallySo() {
    Map<String, Limit> limits = new LinkedHashMap<>();
    limits.put("a", new Limit.AtMost(6));
    limits.put("b", new Limit.AtMost(6));
    limits.put("c", new Limit.AtMost(1));
    SelectionProblem problem =
        SelectionProblem.of(
            1,
            Sense.MIN,
            List.of(
                candidate("x", 0, 10, 4, 1),
                candidate("y", 5, 4, 12, 1),
                candidate("z", 7, 9, 9, 1),
                candidate("w", 6, 9, 9, 1),
                candidate("breaks c", 0, 7, 7, 2)),
            limits);
    Relaxations remedy = remedy(problem);
    assertThat(remedy.nearest())
        .isEqualTo(
            new NearestLimits.Found(
                0.5,
                0.5,
                true,
                List.of(new Bound("a", Bound.Side.MAX, 9), new Bound("b", Bound.Side.MAX, 9)),
                Selection.of(problem, List.of(problem.candidates().get(3))),
                true));
    assertThat(remedy.reachable())
        .containsExactly(
            new Reachable.Best(new Bound("a", Bound.Side.MAX, 6), 10, true),
            new Reachable.Best(new Bound("b", Bound.Side.MAX, 6), 12, true),
            new Reachable.Infeasible(new Bound("c", Bound.Side.MAX, 1)));
  }

  @Test
  void uncoverableLayersHaveNoRelaxation() {
    SelectionProblem problem =
        SelectionProblem.of(
                1, Sense.MIN, List.of(candidate("x", 0, 1, 1, 1)), Map.of("a", new Limit.AtMost(2)))
            .withForbidden(List.of("x"));
    Relaxations remedy = remedy(problem);
    assertThat(remedy.nearest()).isEqualTo(new NearestLimits.None());
    assertThat(remedy.reachable())
        .containsExactly(new Reachable.Infeasible(new Bound("a", Bound.Side.MAX, 2)));
  }

  @Test
  void withoutTimeTheResultIsUnknown() {
    SelectionProblem problem =
        SelectionProblem.of(
            1, Sense.MIN, List.of(candidate("x", 0, 1, 1, 1)), Map.of("a", new Limit.AtMost(0)));
    Relaxations remedy = remedy(problem, Duration.ofNanos(1));
    assertThat(remedy.nearest()).isInstanceOf(NearestLimits.Unknown.class);
    assertThat(remedy.reachable()).hasOnlyElementsOfType(Reachable.Unknown.class);
  }

  @Test
  void limitsOfManyLayersAreRelaxedByTheSmallestShare() {
    SelectionProblem loose = RandomProblems.large(5, 20, 8, 0.05);
    List<Bound> tight =
        loose.bounds().stream()
            .map(bound -> new Bound(bound.cost(), bound.side(), bound.value() * 0.9))
            .toList();
    SelectionProblem problem = loose.withBounds(tight);
    Relaxations remedy = remedy(problem);
    assertThat(remedy.nearest())
        .isInstanceOfSatisfying(
            NearestLimits.Found.class,
            found -> {
              assertThat(found.smallest()).isTrue();
              assertThat(found.relaxation()).isPositive();
              List<Bound> less =
                  problem.bounds().stream().map(bound -> lessRelaxed(bound, found)).toList();
              assertThat(SelectionSolver.solve(problem.withBounds(less)))
                  .isInstanceOf(SolveResult.Infeasible.class);
            });
  }

  /** A slow backend would need many times as long for the dozens of problems. */
  @ParameterizedTest
  @ValueSource(strings = {"exact", "cp-sat", "highs", "ojalgo"})
  void theRelaxationDoesNotDependOnTheBackend(String backend) {
    SelectionProblem loose = RandomProblems.large(6, 40, 16, 0.05);
    List<Bound> tight =
        loose.bounds().stream()
            .map(bound -> new Bound(bound.cost(), bound.side(), bound.value() * 0.9))
            .toList();
    SelectionProblem problem = loose.withBounds(tight);
    Conflict conflict = ((SolveResult.Infeasible) SelectionSolver.solve(problem)).conflict();
    SolveOptions options = SolveOptions.defaults().withBackend(backend);

    Relaxations remedy = Relaxations.of(problem, conflict, options, Duration.ofSeconds(20));

    assertThat(remedy).isEqualTo(remedy(problem));
  }

  /** The bound relaxed by a millionth less. */
  private static Bound lessRelaxed(Bound bound, NearestLimits.Found found) {
    return found.relaxed().stream().anyMatch(bound::sameSide)
        ? new Bound(
            bound.cost(),
            bound.side(),
            bound.value() + bound.value() * bound.sign() * found.relaxation() * (1 - 1e-6))
        : bound;
  }
}
