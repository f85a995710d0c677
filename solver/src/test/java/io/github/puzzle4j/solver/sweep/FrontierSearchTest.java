package io.github.puzzle4j.solver.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.puzzle4j.solver.Bound;
import io.github.puzzle4j.solver.BruteForce;
import io.github.puzzle4j.solver.Candidate;
import io.github.puzzle4j.solver.InvalidProblemException;
import io.github.puzzle4j.solver.Limit;
import io.github.puzzle4j.solver.RandomPairs;
import io.github.puzzle4j.solver.RandomProblems;
import io.github.puzzle4j.solver.Selection;
import io.github.puzzle4j.solver.SelectionProblem;
import io.github.puzzle4j.solver.Sense;
import io.github.puzzle4j.solver.SolveOptions;
import io.github.puzzle4j.solver.SolveResult;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class FrontierSearchTest {

  private static final Duration LONG = Duration.ofMinutes(5);

  private static FrontierSearch search(SelectionProblem problem) {
    return FrontierSearch.of(problem, SolveOptions.defaults(), LONG);
  }

  /** Objective and cost, signed such that less is better. */
  private record Value(BigDecimal objective, BigDecimal cost) {

    boolean betters(Value other) {
      return objective.compareTo(other.objective) <= 0
          && cost.compareTo(other.cost) <= 0
          && objective.add(cost).compareTo(other.objective.add(other.cost)) < 0;
    }
  }

  private static Value value(Selection selection, SelectionProblem problem, Axis axis) {
    BigDecimal score = selection.exactObjective();
    BigDecimal cost = selection.exactCost(axis.cost());
    return new Value(
        (problem.sense() == Sense.MIN ? score : score.negate()).stripTrailingZeros(),
        (axis.side() == Bound.Side.MAX ? cost : cost.negate()).stripTrailingZeros());
  }

  private static Axis axis(SelectionProblem problem, long seed) throws InvalidProblemException {
    List<String> costs = List.of("runtime", "memory", "count");
    return Axis.of(problem, costs.get((int) (seed % 3)));
  }

  private static List<Value> paretoByBruteForce(SelectionProblem problem, Axis axis) {
    List<Value> values =
        BruteForce.admissible(axis.free(problem)).stream()
            .map(selection -> value(selection, problem, axis))
            .distinct()
            .toList();
    return values.stream()
        .filter(value -> values.stream().noneMatch(other -> other.betters(value)))
        .toList();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3})
  void allTradeOffsAreThoseOfBruteForce(int batch) throws InvalidProblemException {
    for (long seed = 60L * batch; seed < 60L * batch + 60; seed++) {
      SelectionProblem problem = RandomPairs.small(seed);
      Axis axis = axis(problem, seed);
      Frontier frontier = search(problem).all(axis, Range.ALL, 1000);
      List<Value> expected = paretoByBruteForce(problem, axis);
      assertThat(frontier.complete()).as("seed %d", seed).isTrue();
      assertThat(frontier.points().stream().flatMap(point -> point.solved().stream()))
          .as("seed %d", seed)
          .extracting(solved -> value(solved.selection(), problem, axis))
          .containsExactlyInAnyOrderElementsOf(expected);
      if (expected.isEmpty()) {
        assertThat(frontier.points()).hasSize(1);
        assertThat(frontier.points().getFirst().result())
            .isInstanceOf(SolveResult.Infeasible.class);
      } else {
        assertThat(frontier.points()).as("seed %d", seed).allMatch(FrontierPoint::paretoOptimal);
        assertThat(frontier.points())
            .isSortedAccordingTo(Comparator.comparingDouble(p -> p.budget(axis).orElseThrow()));
      }
    }
  }

  @Test
  void tiesInTheObjectiveAreBrokenByTheCost() throws InvalidProblemException {
    List<Candidate> candidates = new ArrayList<>();
    for (int layer = 0; layer < 4; layer++) {
      for (int cost = 0; cost < 5; cost++) {
        candidates.add(
            Candidate.of("L%d/%d".formatted(layer, cost), layer, 0, Map.of("c", (double) cost)));
      }
    }
    SelectionProblem problem = SelectionProblem.of(4, Sense.MIN, candidates, Map.of());
    Frontier frontier = search(problem).all(Axis.of(problem, "c"), Range.ALL, 10);
    assertThat(frontier.points()).hasSize(1);
    assertThat(frontier.points().getFirst().budgets()).isEqualTo(Map.of("c", 0.0));
    assertThat(frontier.complete()).isTrue();
    assertThat(frontier.explanation()).isEqualTo("all 1 trade-offs");
  }

  @Test
  void aCapLeavesTheFrontierIncompleteAndSaysSo() throws InvalidProblemException {
    SelectionProblem problem = RandomProblems.large(1, 6, 5, 1);
    Axis axis = Axis.of(problem, "runtime");
    Frontier whole = search(problem).all(axis, Range.ALL, 10_000);
    int count = whole.points().size();
    assertThat(whole.complete()).isTrue();
    assertThat(count).isGreaterThan(5);
    assertThat(search(problem).all(axis, Range.ALL, count).complete()).isTrue();
    Frontier cut = search(problem).all(axis, Range.ALL, 5);
    assertThat(cut.complete()).isFalse();
    assertThat(cut.explanation()).isEqualTo("ended at 5 trade-offs, there are more");
    assertThat(cut.points())
        .extracting(FrontierPoint::budgets)
        .isEqualTo(
            whole.points().subList(count - 5, count).stream().map(FrontierPoint::budgets).toList());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void aRangeKeepsTheTradeOffsOfItsBudgets(int batch) throws InvalidProblemException {
    for (long seed = 40L * batch; seed < 40L * batch + 40; seed++) {
      SelectionProblem problem = RandomPairs.small(seed);
      Axis axis = axis(problem, seed);
      Range range = new Range(8, 20);
      Frontier frontier = search(problem).all(axis, range, 1000);
      assertThat(frontier.complete()).as("seed %d", seed).isTrue();
      for (double budget = 8; budget <= 20; budget += 1.5) {
        Optional<BigDecimal> expected = best(problem, axis, budget);
        Bound bound = axis.bound(budget);
        Optional<BigDecimal> found =
            frontier.points().stream()
                .flatMap(point -> point.solved().stream())
                .map(SolveResult.Solved::selection)
                .filter(selection -> bound.admits(selection.exactCost(axis.cost())))
                .map(Selection::exactObjective)
                .min(order(problem));
        assertThat(found).as("seed %d, budget %s", seed, budget).isEqualTo(expected);
      }
    }
  }

  private static Comparator<BigDecimal> order(SelectionProblem problem) {
    return problem.sense() == Sense.MIN ? Comparator.naturalOrder() : Comparator.reverseOrder();
  }

  private static Optional<BigDecimal> best(SelectionProblem problem, Axis axis, double budget) {
    Bound bound = axis.bound(budget);
    return BruteForce.admissible(axis.free(problem)).stream()
        .filter(selection -> bound.admits(selection.exactCost(axis.cost())))
        .map(Selection::exactObjective)
        .findFirst();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void evenBudgetsHaveTheOptimaOfBruteForce(int batch) throws InvalidProblemException {
    for (long seed = 40L * batch; seed < 40L * batch + 40; seed++) {
      SelectionProblem problem = RandomPairs.small(seed);
      Axis axis = axis(problem, seed);
      Frontier frontier = search(problem).even(axis, Range.ALL, 5);
      List<Value> pareto = paretoByBruteForce(problem, axis);
      assertThat(frontier.complete()).as("seed %d", seed).isTrue();
      if (pareto.isEmpty()) {
        assertThat(frontier.points()).hasSize(1);
        continue;
      }
      assertThat(frontier.points().size()).as("seed %d", seed).isIn(1, 5);
      for (FrontierPoint point : frontier.points()) {
        assertThat(point.solved().map(s -> s.selection().exactObjective()))
            .as("seed %d", seed)
            .isEqualTo(best(problem, axis, point.budget(axis).orElseThrow()));
      }
      // Includes both ends of the whole frontier.
      List<Value> found =
          frontier.points().stream()
              .flatMap(point -> point.solved().stream())
              .map(solved -> value(solved.selection(), problem, axis))
              .toList();
      assertThat(found.stream().map(Value::objective))
          .as("seed %d", seed)
          .contains(pareto.stream().map(Value::objective).min(Comparator.naturalOrder()).get());
      assertThat(found.stream().map(Value::cost))
          .as("seed %d", seed)
          .contains(pareto.stream().map(Value::cost).min(Comparator.naturalOrder()).get());
    }
  }

  @Test
  void infeasibleBudgetsDoNotAffectOthers() throws InvalidProblemException {
    SelectionProblem problem = RandomProblems.large(1, 6, 5, 1);
    Axis axis = Axis.of(problem, "runtime");
    Frontier frontier = search(problem).at(axis, List.of(0.0, 1e6, 10.0, 1e6));
    assertThat(frontier.points())
        .extracting(point -> point.solved().isPresent())
        .containsExactly(false, true, false, true);
    assertThat(frontier.points())
        .extracting(FrontierPoint::paretoOptimal)
        .containsExactly(false, true, false, false);
    assertThat(frontier.complete()).isTrue();
    assertThat(frontier.explanation()).isEqualTo("4 budgets, 2 with a selection, 4 of all proven");
  }

  @Test
  void budgetsBeyondTheOtherSideOfTheLimitAreInfeasible() throws InvalidProblemException {
    SelectionProblem problem =
        RandomProblems.large(1, 4, 5, 1)
            .withLimits(Map.of("runtime", new Limit.Between(1500, 3000)));
    Axis axis = Axis.of(problem, "runtime");
    Frontier frontier = search(problem).at(axis, List.of(1000.0, 3000.0));
    assertThat(frontier.points().getFirst().result().explanation())
        .isEqualTo("runtime >= 1500 and runtime <= 1000 leave no room between them");
    assertThat(frontier.points().getLast().solved()).isPresent();
    Frontier all = search(problem).all(axis, Range.ALL, 10_000);
    assertThat(all.complete()).isTrue();
    assertThat(all.points())
        .allSatisfy(point -> assertThat(point.budget(axis).orElseThrow()).isBetween(1500.0, 1e9));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void gridsHaveTheOptimaOfBruteForce(int batch) throws InvalidProblemException {
    for (long seed = 20L * batch; seed < 20L * batch + 20; seed++) {
      SelectionProblem problem = RandomPairs.small(seed);
      Axis first = Axis.of(problem, "runtime");
      Axis second = Axis.of(problem, "memory");
      Frontier grid = search(problem).grid(first, Range.ALL, 3, second, Range.ALL, 4);
      SelectionProblem free = second.free(first.free(problem));
      List<Selection> admissible = BruteForce.admissible(free);
      assertThat(grid.complete()).as("seed %d", seed).isTrue();
      if (admissible.isEmpty()) {
        assertThat(grid.points()).hasSize(1);
        continue;
      }
      assertThat(grid.points().size()).isIn(1, 3, 4, 12);
      for (FrontierPoint point : grid.points()) {
        Bound one = first.bound(point.budget(first).orElseThrow());
        Bound two = second.bound(point.budget(second).orElseThrow());
        Optional<BigDecimal> expected =
            admissible.stream()
                .filter(selection -> one.admits(selection.exactCost("runtime")))
                .filter(selection -> two.admits(selection.exactCost("memory")))
                .map(Selection::exactObjective)
                .findFirst();
        assertThat(point.solved().map(s -> s.selection().exactObjective()))
            .as("seed %d, %s", seed, point.budgets())
            .isEqualTo(expected);
      }
    }
  }

  @Test
  void aSweepEndsWithItsTime() throws InvalidProblemException {
    SelectionProblem problem = RandomProblems.large(3, 30, 12, 0.5);
    FrontierSearch search =
        FrontierSearch.of(problem, SolveOptions.defaults(), Duration.ofNanos(1));
    Axis axis = Axis.of(problem, "runtime");
    Frontier frontier = search.at(axis, List.of(1e4, 2e4));
    assertThat(frontier.complete()).isFalse();
    assertThat(frontier.points())
        .allSatisfy(point -> assertThat(point.result()).isInstanceOf(SolveResult.Undecided.class));
    Frontier all = search.all(axis, Range.ALL, 100);
    assertThat(all.complete()).isFalse();
    assertThat(all.points()).isEmpty();
    assertThat(all.explanation())
        .isEqualTo("0 trade-offs, then undecided: the time for all problems together is over");
    assertThat(search.even(axis, Range.ALL, 3).complete()).isFalse();
  }

  @Test
  void invalidSweepsAreRejected() {
    SelectionProblem problem = RandomProblems.large(1, 4, 3, 1);
    assertThatThrownBy(() -> Axis.of(problem, "speed"))
        .isInstanceOf(InvalidProblemException.class)
        .hasMessageStartingWith("there is no cost 'speed' that every candidate states; there are: ")
        .hasMessageContaining("runtime");
    assertThatThrownBy(() -> new Range(2, 1)).hasMessage("from 2.0 is above to 1.0");
    Axis axis = new Axis("runtime", Bound.Side.MAX);
    assertThatThrownBy(() -> search(problem).grid(axis, Range.ALL, 2, axis, Range.ALL, 2))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
