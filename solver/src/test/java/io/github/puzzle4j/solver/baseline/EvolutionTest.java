package io.github.puzzle4j.solver.baseline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.puzzle4j.solver.BruteForce;
import io.github.puzzle4j.solver.Candidate;
import io.github.puzzle4j.solver.RandomPairs;
import io.github.puzzle4j.solver.RandomProblems;
import io.github.puzzle4j.solver.Selection;
import io.github.puzzle4j.solver.SelectionProblem;
import io.github.puzzle4j.solver.SelectionSolver;
import io.github.puzzle4j.solver.Sense;
import io.github.puzzle4j.solver.SolveOptions;
import io.github.puzzle4j.solver.SolveResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

final class EvolutionTest {

  private static final Evolution.Settings SETTINGS =
      new Evolution.Settings(16, List.of(8, 4), 150, 1);

  private static Evolution.Fitness objective(SelectionProblem truth) {
    int sign = truth.sense().sign();
    return (selections, stage) ->
        selections.stream().map(selection -> sign * selection.in(truth).objective()).toList();
  }

  @Test
  void findsTheOptimumOfSmallProblemsOfAllKinds() {
    int found = 0;
    int feasible = 0;
    for (long seed = 0; seed < 24; seed++) {
      SelectionProblem problem = RandomProblems.small(seed);
      List<Selection> admissible = BruteForce.admissible(problem);
      var result = Evolution.search(problem, SETTINGS, objective(problem));
      assertThat(result.isPresent()).as("seed %d", seed).isEqualTo(!admissible.isEmpty());
      if (result.isPresent()) {
        assertThat(admissible).contains(result.get().best());
        feasible++;
        found += result.get().best().equals(admissible.getFirst()) ? 1 : 0;
      }
    }
    // Tight limits can separate selections from each other.
    assertThat(found).isGreaterThan(feasible * 9 / 10);
  }

  @Test
  void comesNearTheOptimumOfASeparableFitness() {
    SelectionProblem problem = RandomProblems.large(3, 12, 10, 0.4);
    double best = ((SolveResult.Solved) SelectionSolver.solve(problem)).objective();
    Evolution.Result result =
        Evolution.search(problem, new Evolution.Settings(32, List.of(), 400, 2), objective(problem))
            .orElseThrow();
    assertThat(result.best().objective()).isBetween(best, best * 1.05);
    assertThat(problem.broken(result.best().chosen())).isEmpty();
  }

  /** The optimum of the sum is a bad start, and far from the optimum of the truth. */
  @Test
  void findsWhatTheSumDoesNotTell() {
    SelectionProblem sum = RandomProblems.large(4, 8, 8, 0.4);
    SelectionProblem truth = RandomPairs.added(sum, 5, 0.3, 3, 17, false);
    Selection additive = ((SolveResult.Solved) SelectionSolver.solve(sum)).selection();
    double best = ((SolveResult.Solved) SelectionSolver.solve(truth)).objective();
    double before = additive.in(truth).objective();
    Evolution.Result result =
        Evolution.search(
            sum, additive, new Evolution.Settings(32, List.of(8), 400, 2), objective(truth));
    double after = result.best().in(truth).objective();
    assertThat(after).isGreaterThanOrEqualTo(best - 1e-9);
    assertThat(after - best).isLessThan(0.2 * (before - best));
  }

  @Test
  void comparesInStagesAndKeepsTheParentInTheLast() {
    SelectionProblem problem = RandomProblems.large(5, 8, 6, 0.5);
    List<List<Integer>> calls = new ArrayList<>();
    Evolution.Fitness counting =
        (selections, stage) -> {
          calls.add(List.of(stage, selections.size()));
          return objective(problem).of(selections, stage);
        };
    Evolution.Result result =
        Evolution.search(problem, new Evolution.Settings(10, List.of(5, 2), 3, 4), counting)
            .orElseThrow();
    assertThat(calls.subList(0, 3)).containsExactly(List.of(0, 10), List.of(1, 5), List.of(2, 3));
    assertThat(calls).hasSize(9);
    assertThat(result.history()).hasSize(3);
    List<Double> course = result.history().stream().map(Evolution.Generation::fitness).toList();
    assertThat(course).isSortedAccordingTo((a, b) -> Double.compare(b, a));
  }

  @Test
  void endsWhenTheCallerSaysSoAndIsReproducible() {
    SelectionProblem problem = RandomProblems.large(6, 8, 6, 0.5);
    Evolution.Fitness brief =
        new Evolution.Fitness() {
          @Override
          public List<Double> of(List<Selection> selections, int stage) {
            return objective(problem).of(selections, stage);
          }

          @Override
          public boolean goesOn(int generation) {
            return generation < 5;
          }
        };
    Evolution.Result one = Evolution.search(problem, SETTINGS, brief).orElseThrow();
    assertThat(one.history()).hasSize(5);
    assertThat(Evolution.search(problem, SETTINGS, brief)).contains(one);
  }

  @Test
  void refusesABadStartAndBadSettings() {
    List<Candidate> candidates =
        List.of(Candidate.of("a", 0, 1, Map.of()), Candidate.of("b", 0, 2, Map.of()));
    SelectionProblem problem = SelectionProblem.of(1, Sense.MIN, candidates, Map.of());
    Selection b = Selection.of(problem, List.of(candidates.getLast()));
    SelectionProblem without = problem.withForbidden(List.of("b"));
    assertThatThrownBy(() -> Evolution.search(without, b, SETTINGS, objective(problem)))
        .hasMessageContaining("does not allow");
    assertThatThrownBy(() -> new Evolution.Settings(4, List.of(4), 1, 1))
        .hasMessageContaining("fewer in each stage");
  }

  @Test
  void aStratifiedSampleIsSpreadOverTheRange() {
    SelectionProblem problem = RandomProblems.large(7, 12, 10, 0.3);
    double best = ((SolveResult.Solved) SelectionSolver.solve(problem)).objective();
    double typical =
        LongStream.range(0, 51)
            .mapToDouble(seed -> RandomSelection.select(problem, seed).orElseThrow().objective())
            .sorted()
            .toArray()[25];
    List<Selection> sample = Samples.stratified(problem, 40, 1, SolveOptions.defaults());
    assertThat(sample.size()).isEqualTo(40);
    assertThat(Set.copyOf(sample).size()).isEqualTo(40);
    assertThat(sample.stream().allMatch(s -> problem.broken(s.chosen()).isEmpty())).isTrue();
    for (int quarter = 0; quarter < 4; quarter++) {
      double from = best + (typical - best) * quarter / 4;
      double to = best + (typical - best) * (quarter + 1) / 4;
      assertThat(sample.stream().filter(s -> s.objective() >= from && s.objective() < to).count())
          .as("quarter %d", quarter)
          .isBetween(5L, 16L);
    }
    assertThat(Samples.stratified(problem, 40, 1, SolveOptions.defaults()).equals(sample)).isTrue();
    assertThat(Samples.stratified(problem, 40, 2, SolveOptions.defaults()).equals(sample))
        .isFalse();
  }

  @Test
  void aSampleOfASmallProblemHasWhatThereIs() {
    for (long seed = 0; seed < 40; seed++) {
      SelectionProblem problem =
          RandomPairs.added(RandomProblems.small(seed), seed, 0.3, 3, 2, false);
      List<Selection> admissible = BruteForce.admissible(problem);
      List<Selection> sample = Samples.stratified(problem, 5, seed, SolveOptions.defaults());
      assertThat(sample).doesNotHaveDuplicates();
      assertThat(admissible).containsAll(sample);
      assertThat(sample.isEmpty()).as("seed %d", seed).isEqualTo(admissible.size() < 2);
    }
  }
}
