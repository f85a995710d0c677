package io.github.puzzle4j.solver;

import java.math.BigDecimal;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/**
 * Candidates that cover each layer exactly once.
 *
 * @param objective the sum of their scores and of the pair terms
 * @param chosen in the order of the layers
 * @param costs sums of the costs that all candidates of the problem state
 * @param pairs the pair terms of the problem that apply: both candidates are chosen
 */
public record Selection(
    double objective, List<Candidate> chosen, Map<String, Double> costs, List<PairTerm> pairs) {

  public Selection {
    chosen = List.copyOf(chosen);
    pairs = List.copyOf(pairs);
    costs = Collections.unmodifiableMap(new LinkedHashMap<>(costs));
  }

  /**
   * A selection of these candidates, which may violate limits (see {@link
   * SelectionProblem#broken}).
   *
   * @throws IllegalArgumentException if a layer is not covered exactly once
   */
  public static Selection of(SelectionProblem problem, List<Candidate> candidates) {
    List<Candidate> chosen =
        candidates.stream().sorted(Comparator.comparingInt(Candidate::firstLayer)).toList();
    int next = 0;
    for (Candidate candidate : chosen) {
      if (candidate.firstLayer() != next) {
        throw new IllegalArgumentException(
            "layer %d is not covered exactly once: '%s' begins at layer %d"
                .formatted(
                    Math.min(next, candidate.firstLayer()),
                    candidate.id(),
                    candidate.firstLayer()));
      }
      next = candidate.endLayer();
    }
    if (next != problem.layers()) {
      throw new IllegalArgumentException("layer %d is not covered".formatted(next));
    }
    Map<String, Double> costs = new LinkedHashMap<>();
    for (String cost : problem.commonCosts()) {
      costs.put(cost, exactCost(chosen, cost).doubleValue());
    }
    List<PairTerm> pairs = Couple.applicable(problem.pairs(), chosen);
    return new Selection(
        exactObjective(chosen).add(Couple.sum(pairs)).doubleValue(), chosen, costs, pairs);
  }

  /**
   * The selection with the same ids in a problem with the same layers, for example with other
   * scores.
   *
   * @throws IllegalArgumentException if the problem lacks one of them
   */
  public Selection in(SelectionProblem problem) {
    Set<String> ids = chosen.stream().map(Candidate::id).collect(Collectors.toSet());
    return of(problem, problem.candidates().stream().filter(c -> ids.contains(c.id())).toList());
  }

  /** Number of layers in which the two selections use different candidates. */
  public int difference(Selection other) {
    int same =
        chosen.stream()
            .filter(other.chosen::contains)
            .mapToInt(candidate -> candidate.layers().size())
            .sum();
    return chosen.getLast().endLayer() - same;
  }

  /** The exact sum of the scores and of the pair terms. */
  public BigDecimal exactObjective() {
    return exactObjective(chosen).add(Couple.sum(pairs));
  }

  /** The exact sum of a cost; candidates that do not state it count as 0. */
  public BigDecimal exactCost(String cost) {
    return exactCost(chosen, cost);
  }

  private static BigDecimal exactObjective(List<Candidate> chosen) {
    return exactSum(chosen, Candidate::score);
  }

  static BigDecimal exactCost(List<Candidate> chosen, String cost) {
    return exactSum(chosen, candidate -> candidate.cost(cost));
  }

  private static BigDecimal exactSum(List<Candidate> chosen, ToDoubleFunction<Candidate> value) {
    BigDecimal sum = BigDecimal.ZERO;
    for (Candidate candidate : chosen) {
      sum = sum.add(BigDecimal.valueOf(value.applyAsDouble(candidate)));
    }
    return sum;
  }
}
