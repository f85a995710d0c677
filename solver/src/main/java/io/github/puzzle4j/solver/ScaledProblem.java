package io.github.puzzle4j.solver;

import io.github.puzzle4j.solver.backend.ChoiceModel;
import io.github.puzzle4j.solver.backend.ChoiceRow;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * A problem as the whole-number model that backends are given, and the way back.
 *
 * <p>The model is a relaxation: every admissible selection satisfies it, with an objective that is
 * not above its exact one. Where all numbers fit without rounding it is the problem itself.
 */
final class ScaledProblem {

  private final Sense sense;
  private final List<Candidate> candidates;
  private final WholeNumbers objective;
  private final BigDecimal freeMinimum;
  private final ChoiceModel model;

  private ScaledProblem(
      SelectionProblem problem,
      List<Candidate> candidates,
      List<Bound> bounds,
      Function<Candidate, BigDecimal> minimised) {
    this.sense = problem.sense();
    this.candidates = List.copyOf(candidates);
    this.objective = WholeNumbers.of(candidates, minimised);
    this.freeMinimum =
        new LayerPaths(problem.layers(), candidates).smallest(minimised).orElseThrow();
    List<ChoiceRow> rows = new ArrayList<>();
    for (Bound bound : bounds) {
      rows.add(row(bound));
    }
    this.model =
        new ChoiceModel(
            problem.layers(),
            candidates.stream().mapToInt(Candidate::firstLayer).toArray(),
            candidates.stream().mapToInt(Candidate::endLayer).toArray(),
            objective.values().stream().mapToLong(Long::longValue).toArray(),
            rows);
  }

  /**
   * The problem with its objective.
   *
   * @param candidates those to choose from; they can cover each layer exactly once
   * @param bounds those to be kept
   */
  static ScaledProblem optimising(
      SelectionProblem problem, List<Candidate> candidates, List<Bound> bounds) {
    int sign = problem.sense() == Sense.MIN ? 1 : -1;
    return new ScaledProblem(
        problem, candidates, bounds, c -> BigDecimal.valueOf(sign * c.score()));
  }

  /** Only whether the bounds can be kept; every selection is as good as any other. */
  static ScaledProblem feasibility(SelectionProblem problem, List<Bound> bounds) {
    return new ScaledProblem(problem, problem.candidates(), bounds, c -> BigDecimal.ZERO);
  }

  ChoiceModel model() {
    return model;
  }

  List<Candidate> candidates(List<Integer> items) {
    return items.stream().map(candidates::get).toList();
  }

  /** Forbids this very combination of items. */
  ChoiceRow without(List<Integer> items) {
    long[] chosen = new long[candidates.size()];
    items.forEach(item -> chosen[item] = 1);
    return new ChoiceRow(chosen, items.size() - 1L);
  }

  /** Allows agreement with that selection in at most so many layers. */
  ChoiceRow agreeingAtMost(Selection selection, int layers) {
    Set<Candidate> chosen = Set.copyOf(selection.chosen());
    long[] agreement = new long[candidates.size()];
    for (int item = 0; item < agreement.length; item++) {
      Candidate candidate = candidates.get(item);
      agreement[item] = chosen.contains(candidate) ? candidate.layers().size() : 0;
    }
    return new ChoiceRow(agreement, layers);
  }

  /** Whether the model's objective is the problem's, not only a bound of it. */
  boolean exactObjective() {
    return objective.exact();
  }

  /**
   * The objective that no selection can better, given that no choice has fewer units; never worse
   * than what holds without any limits.
   */
  double objectiveBound(BigDecimal units) {
    double bound = Figures.roundDown(objective.sum(units).max(freeMinimum));
    return sense == Sense.MIN ? bound : 0.0 - bound;
  }

  private ChoiceRow row(Bound bound) {
    WholeNumbers cost =
        WholeNumbers.of(candidates, c -> BigDecimal.valueOf(bound.sign() * c.cost(bound.cost())));
    long max = cost.roundedMax(BigDecimal.valueOf(bound.sign() * bound.value()));
    return new ChoiceRow(cost.values().stream().mapToLong(Long::longValue).toArray(), max);
  }
}
