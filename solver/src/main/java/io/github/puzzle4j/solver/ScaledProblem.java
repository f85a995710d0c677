package io.github.puzzle4j.solver;

import io.github.puzzle4j.solver.backend.ChoiceModel;
import io.github.puzzle4j.solver.backend.ChoiceRow;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A problem as the integer model for backends, with conversions back.
 *
 * <p>The model is a relaxation: every feasible selection satisfies it, with an objective that is at
 * most the exact one. If no number was rounded, it is equivalent to the problem.
 */
final class ScaledProblem {

  private final Sense sense;
  private final List<Candidate> candidates;
  private final ScaledIntegers objective;
  private final long freeMinimum;
  private final List<Bound> bounds;
  private final double[] rowUnits;
  private final ChoiceModel model;

  private ScaledProblem(
      SelectionProblem problem,
      List<Candidate> candidates,
      List<Bound> bounds,
      double[] minimised) {
    this.sense = problem.sense();
    this.candidates = List.copyOf(candidates);
    this.objective = ScaledIntegers.of(candidates, minimised);
    this.bounds = List.copyOf(bounds);
    this.rowUnits = new double[bounds.size()];
    List<ChoiceRow> rows = new ArrayList<>();
    for (Bound bound : bounds) {
      ScaledIntegers cost = ScaledIntegers.of(candidates, costs(bound));
      rowUnits[rows.size()] = cost.unit();
      ChoiceRow row = new ChoiceRow(cost.values(), cost.roundedMax(bound.signedValue()));
      rows.add(row);
    }
    this.model =
        new ChoiceModel(
            problem.layers(),
            candidates.stream().mapToInt(Candidate::firstLayer).toArray(),
            candidates.stream().mapToInt(Candidate::endLayer).toArray(),
            objective.values(),
            rows);
    this.freeMinimum = LayerSums.smallest(model, model::objective);
  }

  /**
   * The problem with its objective.
   *
   * @param candidates candidates to choose from; they can cover each layer exactly once
   * @param bounds bounds to keep
   */
  static ScaledProblem optimising(
      SelectionProblem problem, List<Candidate> candidates, List<Bound> bounds) {
    int sign = problem.sense().sign();
    return new ScaledProblem(
        problem,
        candidates,
        bounds,
        candidates.stream().mapToDouble(c -> sign * c.score()).toArray());
  }

  /** The feasibility problem: whether the bounds can be kept, without an objective. */
  static ScaledProblem feasibility(SelectionProblem problem, List<Bound> bounds) {
    return new ScaledProblem(
        problem, problem.candidates(), bounds, new double[problem.candidates().size()]);
  }

  ChoiceModel model() {
    return model;
  }

  /** The bounds whose rows come first in the model, in the order of the rows. */
  List<Bound> bounds() {
    return bounds;
  }

  /** The row of one of the bounds. */
  ChoiceRow row(Bound bound) {
    return model.rows().get(bounds.indexOf(bound));
  }

  List<Candidate> candidates() {
    return candidates;
  }

  List<Candidate> candidates(List<Integer> items) {
    return items.stream().map(candidates::get).toList();
  }

  /** A row that excludes this combination of items. */
  ChoiceRow without(List<Integer> items) {
    long[] chosen = new long[candidates.size()];
    items.forEach(item -> chosen[item] = 1);
    return new ChoiceRow(chosen, items.size() - 1L);
  }

  /** A row that allows at most this many layers to agree with the selection. */
  ChoiceRow agreeingAtMost(Selection selection, int layers) {
    Set<Candidate> chosen = Set.copyOf(selection.chosen());
    long[] agreement = new long[candidates.size()];
    for (int item = 0; item < agreement.length; item++) {
      Candidate candidate = candidates.get(item);
      agreement[item] = chosen.contains(candidate) ? candidate.layers().size() : 0;
    }
    return new ChoiceRow(agreement, layers);
  }

  /** Whether the model's objective equals the problem's, rather than being a lower bound. */
  boolean exactObjective() {
    return objective.exact();
  }

  /**
   * A bound on the objective, given a lower bound in units; at least as tight as the bound without
   * limits.
   */
  double objectiveBound(BigDecimal units) {
    BigDecimal known = units.max(BigDecimal.valueOf(freeMinimum));
    double bound = Decimals.roundDown(objective.sum(known));
    return sense == Sense.MIN ? bound : 0.0 - bound;
  }

  /**
   * Converts the price of a row to the price of its bound, in units of the objective per unit of
   * the cost. The inverse converts back.
   */
  double naturalPrice(Bound bound) {
    return objective.unit() / rowUnits[bounds.indexOf(bound)];
  }

  private double[] costs(Bound bound) {
    return candidates.stream().mapToDouble(c -> bound.sign() * c.cost(bound.cost())).toArray();
  }
}
