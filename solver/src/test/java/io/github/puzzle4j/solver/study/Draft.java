package io.github.puzzle4j.solver.study;

import io.github.puzzle4j.solver.Bound;
import io.github.puzzle4j.solver.Candidate;
import io.github.puzzle4j.solver.Limit;
import io.github.puzzle4j.solver.SelectionProblem;
import io.github.puzzle4j.solver.SelectionSolver;
import io.github.puzzle4j.solver.Sense;
import io.github.puzzle4j.solver.SolveOptions;
import io.github.puzzle4j.solver.SolveResult;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/** A problem of the study while it is put together. */
final class Draft {

  /** Values of one candidate, given its layer. */
  interface Recipe {
    Candidate of(String id, int layer);
  }

  private static final SolveOptions BRIEF =
      SolveOptions.defaults().withTimeLimit(Duration.ofSeconds(3));

  final RandomGenerator random;
  final int layers;
  final int variants;
  private final List<Candidate> candidates = new ArrayList<>();
  private final Map<String, Limit> limits = new LinkedHashMap<>();
  private Sense sense = Sense.MIN;
  private int solutions = 1;
  private double diversity;

  Draft(RandomGenerator random) {
    this.random = random;
    this.layers = 20 + random.nextInt(61);
    this.variants = 8 + random.nextInt(53);
  }

  Draft fill(Recipe recipe) {
    for (int layer = 0; layer < layers; layer++) {
      for (int variant = 0; variant < variants; variant++) {
        candidates.add(recipe.of("L" + layer + "/v" + variant, layer));
      }
    }
    return this;
  }

  /** Adds candidates for runs of two to four layers: sums of single ones, slightly changed. */
  Draft spans(int count, double cheaper) {
    for (int number = 0; number < count; number++) {
      int length = 2 + random.nextInt(3);
      int first = random.nextInt(layers - length + 1);
      List<Candidate> parts = new ArrayList<>();
      for (int layer = first; layer < first + length; layer++) {
        parts.add(candidates.get(layer * variants + random.nextInt(variants)));
      }
      Map<String, Double> costs = new LinkedHashMap<>();
      for (String cost : parts.getFirst().costs().keySet()) {
        costs.put(cost, Math.rint(sum(parts, cost).doubleValue() * cheaper));
      }
      double score = parts.stream().mapToDouble(Candidate::score).sum();
      List<Integer> covered = IntStream.range(first, first + length).boxed().toList();
      candidates.add(new Candidate("run" + number, covered, score, costs));
    }
    return this;
  }

  Draft sense(Sense other) {
    sense = other;
    return this;
  }

  Draft solutions(int count, double share) {
    solutions = count;
    diversity = share;
    return this;
  }

  /** One random candidate per layer. */
  List<Candidate> planted() {
    return IntStream.range(0, layers)
        .mapToObj(layer -> candidates.get(layer * variants + random.nextInt(variants)))
        .toList();
  }

  /** The candidates of the best selection within the present limits, or a planted one. */
  List<Candidate> best() {
    return SelectionSolver.solve(problem(), BRIEF) instanceof SolveResult.Solved solved
        ? solved.selection().chosen()
        : planted();
  }

  static BigDecimal sum(List<Candidate> chosen, String cost) {
    return chosen.stream()
        .map(c -> BigDecimal.valueOf(c.cost(cost)))
        .reduce(BigDecimal.ZERO, BigDecimal::add);
  }

  BigDecimal least(String cost) {
    return extreme(cost, 1);
  }

  BigDecimal most(String cost) {
    return extreme(cost, -1).negate();
  }

  private BigDecimal extreme(String cost, int sign) {
    BigDecimal sum = BigDecimal.ZERO;
    for (int layer = 0; layer < layers; layer++) {
      sum =
          sum.add(
              candidates.subList(layer * variants, (layer + 1) * variants).stream()
                  .map(c -> BigDecimal.valueOf(sign * c.cost(cost)))
                  .min(BigDecimal::compareTo)
                  .orElseThrow());
    }
    return sum;
  }

  /** The value at this share between the smallest and the largest sum. */
  double at(String cost, double share) {
    BigDecimal least = least(cost);
    return most(cost).subtract(least).multiply(BigDecimal.valueOf(share)).add(least).doubleValue();
  }

  Draft max(String cost, double value) {
    limits.put(cost, new Limit.AtMost(value));
    return this;
  }

  Draft min(String cost, double value) {
    limits.put(cost, new Limit.AtLeast(value));
    return this;
  }

  Draft between(String cost, double min, double max) {
    limits.put(cost, new Limit.Between(min, max));
    return this;
  }

  /** Upper limits on these costs at this share of their ranges. */
  Draft budgets(double share, String... costs) {
    for (String cost : costs) {
      max(cost, at(cost, share));
    }
    return this;
  }

  /** Limits that admit exactly these sums. */
  Draft exactly(List<Candidate> chosen, String... costs) {
    for (String cost : costs) {
      between(cost, sum(chosen, cost).doubleValue(), sum(chosen, cost).doubleValue());
    }
    return this;
  }

  /** Upper limits at the sums of these candidates. */
  Draft edge(List<Candidate> chosen, String... costs) {
    for (String cost : costs) {
      max(cost, Bound.admitting(cost, Bound.Side.MAX, sum(chosen, cost)).value());
    }
    return this;
  }

  /** An upper limit just below the smallest sum that the other limits leave. */
  Draft justBelow(String cost, double step) {
    SelectionProblem towards = problem().towards(new Bound(cost, Bound.Side.MAX, 0));
    BigDecimal reached =
        SelectionSolver.solve(towards, BRIEF) instanceof SolveResult.Solved solved
            ? solved.selection().exactCost(cost)
            : least(cost);
    BigDecimal below = reached.subtract(BigDecimal.valueOf(step));
    return max(cost, Bound.excluding(cost, Bound.Side.MAX, below).value());
  }

  SelectionProblem problem() {
    return SelectionProblem.of(layers, sense, candidates, limits)
        .withSolutions(solutions, diversity);
  }

  SelectionProblem problem(List<String> required, List<String> forbidden) {
    return problem().withRequired(required).withForbidden(forbidden);
  }

  Candidate candidate(int layer, int variant) {
    return candidates.get(layer * variants + variant);
  }

  /** Rounded to this many decimal places. */
  static double rounded(double value, int places) {
    return BigDecimal.valueOf(value).setScale(places, RoundingMode.HALF_EVEN).doubleValue();
  }
}
