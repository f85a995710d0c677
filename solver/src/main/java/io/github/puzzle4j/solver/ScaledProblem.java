package io.github.puzzle4j.solver;

import io.github.puzzle4j.solver.backend.ChoiceModel;
import io.github.puzzle4j.solver.backend.ChoiceRow;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * A problem as the integer model for backends, with conversions back.
 *
 * <p>The model is a relaxation: every feasible selection satisfies it, with an objective that is at
 * most the exact one. If no number was rounded, it is equivalent to the problem.
 */
final class ScaledProblem {

  private final SelectionProblem problem;
  private final List<Candidate> candidates;
  private final ScaledIntegers objective;
  private final long freeMinimum;
  private final List<Bound> bounds;
  private final double[] rowUnits;
  private final ChoiceModel model;

  private ScaledProblem(
      SelectionProblem problem,
      List<Candidate> candidates,
      ScaledIntegers objective,
      List<Bound> bounds,
      double[] rowUnits,
      List<ChoiceRow> rows) {
    this.problem = problem;
    this.candidates = candidates;
    this.objective = objective;
    this.bounds = bounds;
    this.rowUnits = rowUnits;
    this.model =
        new ChoiceModel(
            problem.layers(),
            candidates.stream().mapToInt(Candidate::firstLayer).toArray(),
            candidates.stream().mapToInt(Candidate::endLayer).toArray(),
            objective.values(),
            rows,
            objective.pairs());
    this.freeMinimum = LayerSums.smallest(model, model::objective) + LayerSums.leastOfPairs(model);
  }

  private static ScaledProblem of(
      SelectionProblem problem,
      List<Candidate> candidates,
      List<Bound> bounds,
      Function<List<Candidate>, ScaledIntegers> objective) {
    List<ScaledIntegers> costs = costs(candidates, bounds);
    List<Candidate> left = candidates;
    if (!costs.stream().allMatch(ScaledIntegers::exact)) {
      // Without the large costs of what no selection within the bounds contains, units are smaller.
      left = LayerPaths.within(problem.layers(), candidates, bounds);
      costs = left.size() < candidates.size() ? costs(left, bounds) : costs;
    }
    List<ChoiceRow> rows = new ArrayList<>();
    for (Bound bound : bounds) {
      ScaledIntegers cost = costs.get(rows.size());
      rows.add(new ChoiceRow(cost.values(), cost.roundedMax(bound.signedValue())));
    }
    return new ScaledProblem(
        problem,
        List.copyOf(left),
        objective.apply(left),
        List.copyOf(bounds),
        costs.stream().mapToDouble(ScaledIntegers::unit).toArray(),
        rows);
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
    return of(
        problem,
        candidates,
        bounds,
        left ->
            ScaledIntegers.of(
                left,
                left.stream().mapToDouble(c -> sign * c.score()).toArray(),
                Couple.among(left, problem.pairs(), sign)));
  }

  /** The feasibility problem: whether the bounds can be kept, without an objective. */
  static ScaledProblem feasibility(SelectionProblem problem, List<Bound> bounds) {
    return of(
        problem,
        problem.candidates(),
        bounds,
        left -> ScaledIntegers.of(left, new double[left.size()]));
  }

  /**
   * The same choices with what was rounded off as the objective. The exact objective is that of
   * this problem in units of it, plus that. Requires that there are no pair terms.
   */
  ScaledProblem rest() {
    List<BigDecimal> rests =
        IntStream.range(0, candidates.size()).mapToObj(objective::rest).toList();
    return new ScaledProblem(
        problem,
        candidates,
        ScaledIntegers.of(candidates, rests, List.of()),
        bounds,
        rowUnits,
        model.rows().subList(0, bounds.size()));
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

  /** The items of a selection. */
  List<Integer> items(Selection selection) {
    return selection.chosen().stream().map(candidates::indexOf).toList();
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

  /** The exact objective of these items, which is minimised. */
  BigDecimal objective(List<Integer> items) {
    BigDecimal sum = objective.sum(BigDecimal.valueOf(model.objective(items)));
    for (int item : items) {
      sum = sum.add(objective.rest(item));
    }
    if (!objective.exact() && !model.pairs().isEmpty()) {
      Set<Integer> chosen = Set.copyOf(items);
      for (Couple rest : objective.restsOfCouples()) {
        boolean applies = chosen.contains(rest.one()) && chosen.contains(rest.other());
        sum = applies ? sum.add(rest.value()) : sum;
      }
    }
    return sum;
  }

  /** The exact objective of all items whose objective in the model is this. */
  BigDecimal objective(long units) {
    return objective.sum(BigDecimal.valueOf(units));
  }

  /** Objectives in the model differ by multiples of this. */
  long step() {
    return objective.step();
  }

  /**
   * Whether what was rounded off is less than any difference between objectives in the model.
   * Requires that there are no pair terms.
   */
  boolean restsNeverDecide() {
    return step() >= problem.layers();
  }

  /** The largest objective in the model of items whose exact objective is at most this. */
  long largestUnits(BigDecimal exact) {
    return objective.roundedMax(exact);
  }

  /** A lower bound of the exact objective of every choice, whatever the bounds. */
  BigDecimal freeMinimum() {
    return objective(freeMinimum);
  }

  /**
   * A row that allows at most this objective in the model. Requires that there are no pair terms.
   */
  ChoiceRow objectiveAtMost(long units) {
    return new ChoiceRow(objective.values(), units);
  }

  /**
   * A bound on the objective, given a lower bound in units; at least as tight as the bound without
   * limits.
   */
  double objectiveBound(BigDecimal units) {
    BigDecimal known = units.max(BigDecimal.valueOf(freeMinimum));
    double bound = Decimals.roundDown(objective.sum(known));
    return problem.sense() == Sense.MIN ? bound : 0.0 - bound;
  }

  /**
   * Converts the price of a row to the price of its bound, in units of the objective per unit of
   * the cost. The inverse converts back.
   */
  double naturalPrice(Bound bound) {
    return objective.unit() / rowUnits[bounds.indexOf(bound)];
  }

  private static List<ScaledIntegers> costs(List<Candidate> candidates, List<Bound> bounds) {
    return bounds.stream()
        .map(bound ->
            ScaledIntegers.of(
                candidates,
                candidates.stream()
                    .mapToDouble(c -> bound.sign() * c.cost(bound.cost()))
                    .toArray()))
        .toList();
  }
}
