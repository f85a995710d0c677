package io.github.puzzle4j.solver.insight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.puzzle4j.solver.Bound;
import io.github.puzzle4j.solver.BruteForce;
import io.github.puzzle4j.solver.Candidate;
import io.github.puzzle4j.solver.Limit;
import io.github.puzzle4j.solver.RandomPairs;
import io.github.puzzle4j.solver.RandomProblems;
import io.github.puzzle4j.solver.Selection;
import io.github.puzzle4j.solver.SelectionProblem;
import io.github.puzzle4j.solver.SelectionSolver;
import io.github.puzzle4j.solver.Sense;
import io.github.puzzle4j.solver.SolveOptions;
import io.github.puzzle4j.solver.SolveResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SensitivityTest {

  private static final Duration LONG = Duration.ofMinutes(5);

  private static SolveResult.Solved solved(SelectionProblem problem) {
    return (SolveResult.Solved) SelectionSolver.solve(problem);
  }

  private static Sensitivity sensitivity(SelectionProblem problem, Map<String, Double> steps) {
    return Sensitivity.of(problem, solved(problem), steps, SolveOptions.defaults(), LONG);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void gainsAreThoseOfBruteForceAndNeverAboveTheirBound(int batch) {
    int gains = 0;
    for (long seed = 80L * batch; seed < 80L * batch + 80; seed++) {
      SelectionProblem problem = RandomPairs.small(seed);
      List<Selection> admissible = BruteForce.admissible(problem);
      if (admissible.isEmpty()) {
        continue;
      }
      Map<String, Double> steps =
          seed % 2 == 0 && problem.limits().containsKey("runtime")
              ? Map.of("runtime", 2.5)
              : Map.of();
      List<Sensitivity.Marginal> limits = sensitivity(problem, steps).limits();
      assertThat(limits).extracting(Sensitivity.Marginal::bound).isEqualTo(problem.bounds());
      for (Sensitivity.Marginal limit : limits) {
        Bound bound = limit.bound();
        assertThat(limit.step())
            .isEqualTo(
                steps.getOrDefault(bound.cost(), 0.01 * Math.abs(bound.value())), within(1e-12));
        assertThat(limit.slack()).isGreaterThanOrEqualTo(0);
        assertThat(limit.price()).isGreaterThanOrEqualTo(0);
        assertThat(limit.proven()).isTrue();
        assertThat(limit.gain())
            .as("seed %d", seed)
            .isCloseTo(gain(problem, admissible, bound, limit.step()), within(1e-9));
        for (double step : List.of(limit.step(), 0.1, 1.0, 5.0, 40.0)) {
          double most = limit.mostGain() + limit.price() * (step - limit.step());
          assertThat(gain(problem, admissible, bound, step))
              .as("seed %d, %s, step %s", seed, bound, step)
              .isLessThanOrEqualTo(most + 1e-9 * (1 + limit.price() * step));
        }
        gains += limit.gain() > 0 ? 1 : 0;
      }
    }
    assertThat(gains).isPositive();
  }

  private static double gain(
      SelectionProblem problem, List<Selection> admissible, Bound bound, double step) {
    List<Bound> bounds = new ArrayList<>(problem.bounds());
    double moved = bound.value() + bound.sign() * step;
    bounds.set(bounds.indexOf(bound), new Bound(bound.cost(), bound.side(), moved));
    Selection best = BruteForce.admissible(problem.withBounds(bounds)).getFirst();
    return problem.sense().sign() * (admissible.getFirst().objective() - best.objective());
  }

  /** Layer n saves one unit for n: with room for 3 of 6 units the price is between 3 and 4. */
  @Test
  void thePriceIsTheValueOfTheNextUnit() {
    List<Candidate> candidates = new ArrayList<>();
    for (int layer = 0; layer < 6; layer++) {
      candidates.add(Candidate.of("dear" + layer, layer, 0, Map.of("c", 1.0, "d", 1.0)));
      candidates.add(Candidate.of("cheap" + layer, layer, layer + 1.0, Map.of("c", 0.0, "d", 0.0)));
    }
    SelectionProblem problem =
        SelectionProblem.of(
            6, Sense.MIN, candidates, Map.of("c", new Limit.AtMost(3), "d", new Limit.AtMost(100)));
    assertThat(sensitivity(problem, Map.of("c", 1.0)).limits())
        .allSatisfy(limit -> {
          boolean binding = limit.bound().cost().equals("c");
          assertThat(limit.slack()).isEqualTo(binding ? 0 : 97);
          assertThat(limit.gain()).isEqualTo(binding ? 3 : 0);
          assertThat(limit.step()).isEqualTo(1);
          if (binding) {
            assertThat(limit.price()).isBetween(3.0 - 1e-9, 4.0 + 1e-9);
            assertThat(limit.mostGain()).isBetween(3.0, 4.0 + 1e-9);
          } else {
            assertThat(limit.price()).isZero();
            assertThat(limit.mostGain()).isBetween(0.0, 1e-9);
          }
        });
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2})
  void theBoundIsCloseWhereThereAreManyLayers(long seed) {
    SelectionProblem problem = RandomProblems.large(seed, 30, 10, 0.4);
    double objective = solved(problem).objective();
    for (Sensitivity.Marginal limit : sensitivity(problem, Map.of()).limits()) {
      assertThat(limit.proven()).isTrue();
      assertThat(limit.gain()).isLessThanOrEqualTo(limit.mostGain() * (1 + 1e-12));
      // The integrality gap is some thousandths of the objective here.
      assertThat(limit.mostGain() - limit.price() * limit.step()).isLessThan(0.02 * objective);
    }
  }

  @Test
  void constantCostsHaveNoPrice() {
    SelectionProblem problem =
        SelectionProblem.of(
            1,
            Sense.MAX,
            List.of(
                Candidate.of("a", 0, 1, Map.of("c", 0.0)),
                Candidate.of("b", 0, 2, Map.of("c", 0.0))),
            Map.of("c", new Limit.AtMost(0)));
    assertThat(sensitivity(problem, Map.of()).limits())
        .containsExactly(
            new Sensitivity.Marginal(new Bound("c", Bound.Side.MAX, 0), 0, 0, 0.01, 0, 0, true));
  }

  @Test
  void withoutTimeGainsAreZeroAndUnproven() {
    SelectionProblem problem = RandomProblems.large(1, 10, 5, 0.4);
    Sensitivity sensitivity =
        Sensitivity.of(
            problem, solved(problem), Map.of(), SolveOptions.defaults(), Duration.ofNanos(1));
    assertThat(sensitivity.limits())
        .hasSize(3)
        .allSatisfy(limit -> {
          assertThat(limit.gain()).isZero();
          assertThat(limit.proven()).isFalse();
          assertThat(limit.mostGain()).isPositive();
        });
  }

  @Test
  void invalidStepsAreRejected() {
    SelectionProblem problem = RandomProblems.large(1, 4, 3, 1);
    assertThatThrownBy(() -> sensitivity(problem, Map.of("speed", 1.0)))
        .hasMessageStartingWith("there is no limit 'speed' to take a step from; there are: ");
    for (double step : List.of(0.0, -1.0, Double.NaN, Double.POSITIVE_INFINITY)) {
      assertThatThrownBy(() -> sensitivity(problem, Map.of("memory", step)))
          .hasMessage("the step of 'memory' must be over zero, found " + step);
    }
  }
}
