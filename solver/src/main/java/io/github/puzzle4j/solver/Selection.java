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
 * @param objective the sum of their scores
 * @param chosen in the order of the layers
 * @param costs the sum of each cost that all candidates of the problem state
 */
public record Selection(double objective, List<Candidate> chosen, Map<String, Double> costs) {

  public Selection {
    chosen = List.copyOf(chosen);
    costs = Collections.unmodifiableMap(new LinkedHashMap<>(costs));
  }

  /**
   * These candidates of the problem, whether or not they keep its limits (see {@link
   * SelectionProblem#broken}).
   *
   * @throws IllegalArgumentException naming the first layer that they do not cover exactly once
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
    return new Selection(exactObjective(chosen).doubleValue(), chosen, costs);
  }

  /**
   * The candidates of the same ids in a problem with the same layers, such as one with other
   * scores.
   *
   * @throws IllegalArgumentException if it does not have them all
   */
  public Selection in(SelectionProblem problem) {
    Set<String> ids = chosen.stream().map(Candidate::id).collect(Collectors.toSet());
    return of(problem, problem.candidates().stream().filter(c -> ids.contains(c.id())).toList());
  }

  /** In how many layers the two selections do not use the same candidate. */
  public int difference(Selection other) {
    int same =
        chosen.stream()
            .filter(other.chosen::contains)
            .mapToInt(candidate -> candidate.layers().size())
            .sum();
    return chosen.getLast().endLayer() - same;
  }

  /** The sum of the scores to the last decimal. */
  public BigDecimal exactObjective() {
    return exactObjective(chosen);
  }

  /** The sum of that cost to the last decimal; candidates that do not state it add 0. */
  public BigDecimal exactCost(String cost) {
    return exactCost(chosen, cost);
  }

  static BigDecimal exactObjective(List<Candidate> chosen) {
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
