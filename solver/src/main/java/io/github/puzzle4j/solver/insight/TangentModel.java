package io.github.puzzle4j.solver.insight;

import io.github.puzzle4j.solver.Bound;
import io.github.puzzle4j.solver.Candidate;
import io.github.puzzle4j.solver.PairTerm;
import io.github.puzzle4j.solver.SelectionProblem;
import io.github.puzzle4j.solver.backend.ChoiceModel;
import io.github.puzzle4j.solver.backend.ChoicePair;
import io.github.puzzle4j.solver.backend.ChoiceRow;
import io.github.puzzle4j.solver.exact.ExactSearch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * A problem with changing scores of which many are to be solved quickly. Scores and costs are
 * rounded down to integers of about 13 digits, so that its bounds are bounds of the problem; its
 * best selections may violate a limit by what was rounded.
 */
final class TangentModel {

  /** Upper limit of sums in units. */
  private static final double LARGEST = 0x1p44;

  private final SelectionProblem problem;
  private final List<Candidate> candidates;
  private final List<ChoiceRow> rows = new ArrayList<>();
  private double[] prices;

  TangentModel(SelectionProblem problem) {
    this.problem = problem;
    this.candidates = problem.candidates();
    for (Bound bound : problem.bounds()) {
      double unit = unit(c -> c.cost(bound.cost()), Math.abs(bound.value()));
      rows.add(
          new ChoiceRow(
              candidates.stream()
                  .mapToLong(c -> floor(bound.sign() * c.cost(bound.cost()) / unit))
                  .toArray(),
              floor(bound.sign() * bound.value() / unit)));
    }
    this.prices = new double[rows.size()];
  }

  private static long floor(double value) {
    return (long) Math.floor(value);
  }

  /** A unit in which no sum over a selection is too large. */
  private double unit(ToDoubleFunction<Candidate> value, double least) {
    double[] largest = new double[problem.layers()];
    for (Candidate candidate : candidates) {
      int layer = candidate.firstLayer();
      largest[layer] = Math.max(largest[layer], Math.abs(value.applyAsDouble(candidate)));
    }
    double sum =
        Math.max(least, IntStream.range(0, largest.length).mapToDouble(l -> largest[l]).sum());
    return sum == 0 ? 1 : sum / LARGEST;
  }

  /**
   * Result for one candidate.
   *
   * @param chosen a selection below the ceiling; empty if none was found
   * @param complete whether none exists if none was found
   */
  record Answer(List<Candidate> chosen, boolean complete) {}

  /**
   * The best selection with a candidate, if its objective is below a ceiling.
   *
   * @param score by candidate, signed such that it is minimised; pair terms are those of the
   *     problem
   */
  Answer below(
      double ceiling, ToDoubleFunction<Candidate> score, Candidate required, Duration time) {
    int[] left =
        IntStream.range(0, candidates.size())
            .filter(item -> isBeside(candidates.get(item), required))
            .toArray();
    double pairs = problem.pairs().stream().mapToDouble(pair -> Math.abs(pair.score())).sum();
    double unit = unit(score, 0) + pairs / LARGEST;
    ChoiceModel model =
        new ChoiceModel(
            problem.layers(),
            IntStream.of(left).map(item -> candidates.get(item).firstLayer()).toArray(),
            IntStream.of(left).map(item -> candidates.get(item).endLayer()).toArray(),
            IntStream.of(left)
                .mapToLong(item -> floor(score.applyAsDouble(candidates.get(item)) / unit))
                .toArray(),
            rows.stream()
                .map(row ->
                    new ChoiceRow(
                        IntStream.of(left).mapToLong(row::coefficient).toArray(), row.max()))
                .toList(),
            pairs(left, unit));
    long below = (long) Math.ceil(ceiling / unit);
    ExactSearch.Outcome outcome =
        model.pairs().isEmpty()
            ? ExactSearch.below(below, model, List.of(), prices, 1, time, Optional.empty())
            : ExactSearch.search(model, List.of(), prices, 1, time);
    prices = outcome.prices().stream().mapToDouble(Double::doubleValue).toArray();
    List<Integer> chosen =
        outcome.choices().stream()
            .findFirst()
            .filter(best -> model.objective(best) < below)
            .orElse(List.of());
    return new Answer(
        chosen.stream().map(item -> candidates.get(left[item])).toList(),
        outcome.complete() || outcome.bound() >= below);
  }

  private static boolean isBeside(Candidate candidate, Candidate required) {
    return candidate.equals(required)
        || candidate.endLayer() <= required.firstLayer()
        || candidate.firstLayer() >= required.endLayer();
  }

  private List<ChoicePair> pairs(int[] left, double unit) {
    if (problem.pairs().isEmpty()) {
      return List.of();
    }
    Map<String, Integer> places = new HashMap<>();
    for (int place = 0; place < left.length; place++) {
      places.put(candidates.get(left[place]).id(), place);
    }
    List<ChoicePair> pairs = new ArrayList<>();
    for (PairTerm pair : problem.pairs()) {
      Integer one = places.get(pair.first());
      Integer other = places.get(pair.second());
      if (one != null && other != null) {
        boolean ordered =
            candidates.get(left[one]).firstLayer() < candidates.get(left[other]).firstLayer();
        long value = floor(problem.sense().sign() * pair.score() / unit);
        pairs.add(ordered ? new ChoicePair(one, other, value) : new ChoicePair(other, one, value));
      }
    }
    return pairs;
  }
}
