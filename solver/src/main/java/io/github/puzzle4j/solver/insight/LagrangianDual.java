package io.github.puzzle4j.solver.insight;

import io.github.puzzle4j.solver.Bound;
import io.github.puzzle4j.solver.Candidate;
import io.github.puzzle4j.solver.SelectionProblem;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Lagrange multipliers of bounds. With a price per unit of a cost above its bound, and a refund per
 * unit below, the best selection without bounds is found layer by layer, and its value is a lower
 * bound of the optimum for all prices. Good prices make the bound tight. They are found by the
 * subgradient method with Polyak's step length and then one by one by bisection.
 *
 * <p>Pair terms are relaxed to the best that a candidate can gain from them, see {@link
 * SelectionProblem#relaxedPairs}.
 *
 * <p>All signs are such that sums are minimised and bounds are upper bounds.
 */
final class LagrangianDual {

  private static final int SUBGRADIENT_STEPS = 200;
  private static final int PATIENCE = 10;
  private static final int CYCLES = 2;
  private static final int BISECTIONS = 40;
  private static final int DOUBLINGS = 60;

  /** Precision of prices; it keeps exact sums short. */
  private static final MathContext PRICE = new MathContext(12);

  private final SelectionProblem problem;
  private final List<Bound> bounds;
  private final List<Candidate> candidates;
  private final double[] scores;
  private final double[][] costs;
  private final double[] limits;
  private final double[] scales;
  private double[] best;
  private double bestValue;

  private LagrangianDual(SelectionProblem whole) {
    SelectionProblem problem = whole.relaxedPairs();
    this.problem = problem;
    this.bounds = problem.bounds();
    this.candidates =
        problem.candidates().stream().sorted(Comparator.comparingInt(Candidate::endLayer)).toList();
    this.scores =
        candidates.stream().mapToDouble(c -> problem.sense().sign() * c.score()).toArray();
    this.limits = bounds.stream().mapToDouble(b -> b.sign() * b.value()).toArray();
    this.costs = new double[bounds.size()][];
    this.scales = new double[bounds.size()];
    for (int row = 0; row < costs.length; row++) {
      Bound bound = bounds.get(row);
      costs[row] =
          candidates.stream().mapToDouble(c -> bound.sign() * c.cost(bound.cost())).toArray();
      double spread = spread(costs[row]);
      // If all costs are equal, a price has no effect on the selection.
      scales[row] = spread > 0 ? 1 / spread : 0;
    }
    this.best = new double[bounds.size()];
    this.bestValue = Double.NEGATIVE_INFINITY;
  }

  private static double spread(double[] values) {
    double mean = Arrays.stream(values).average().orElse(0);
    return Arrays.stream(values).map(value -> Math.abs(value - mean)).sum() / values.length;
  }

  /**
   * Prices and the bound that they prove.
   *
   * @param each price of each bound, in the order of the bounds: objective per unit of the cost, at
   *     least 0
   * @param value exact lower bound of the objective of all selections within the bounds, with
   *     scores signed such that they are minimised
   */
  record Prices(List<BigDecimal> each, BigDecimal value) {}

  /**
   * Prices for the bounds of a feasible problem.
   *
   * @param target objective of a known selection
   */
  static Prices of(SelectionProblem problem, double target) {
    LagrangianDual dual = new LagrangianDual(problem);
    dual.ascend(problem.sense().sign() * target);
    for (int cycle = 0; cycle < CYCLES; cycle++) {
      for (int row = 0; row < dual.best.length; row++) {
        dual.bisect(row);
      }
    }
    List<BigDecimal> each =
        Arrays.stream(dual.best).mapToObj(price -> new BigDecimal(price).round(PRICE)).toList();
    return new Prices(each, dual.value(each));
  }

  private BigDecimal value(List<BigDecimal> prices) {
    List<Optional<BigDecimal>> sums =
        new ArrayList<>(Collections.nCopies(problem.layers() + 1, Optional.empty()));
    sums.set(0, Optional.of(BigDecimal.ZERO));
    for (Candidate candidate : candidates) {
      Optional<BigDecimal> before = sums.get(candidate.firstLayer());
      if (before.isPresent()) {
        BigDecimal sum = before.get().add(priced(candidate, prices));
        sums.set(
            candidate.endLayer(),
            Optional.of(sums.get(candidate.endLayer()).map(sum::min).orElse(sum)));
      }
    }
    BigDecimal value = sums.get(problem.layers()).orElseThrow();
    for (int row = 0; row < limits.length; row++) {
      value = value.subtract(prices.get(row).multiply(BigDecimal.valueOf(limits[row])));
    }
    return value;
  }

  private BigDecimal priced(Candidate candidate, List<BigDecimal> prices) {
    BigDecimal sum = BigDecimal.valueOf(problem.sense().sign() * candidate.score());
    for (int row = 0; row < costs.length; row++) {
      Bound bound = bounds.get(row);
      if (prices.get(row).signum() > 0) {
        BigDecimal cost = BigDecimal.valueOf(bound.sign() * candidate.cost(bound.cost()));
        sum = sum.add(prices.get(row).multiply(cost));
      }
    }
    return sum;
  }

  /** Evaluates prices; returns the excess of the best selection over each bound. */
  private double[] excess(double[] prices) {
    double[] sums = new double[problem.layers() + 1];
    int[] last = new int[problem.layers() + 1];
    Arrays.fill(sums, Double.POSITIVE_INFINITY);
    sums[0] = 0;
    for (int item = 0; item < scores.length; item++) {
      double sum = sums[candidates.get(item).firstLayer()] + scores[item];
      for (int row = 0; row < prices.length; row++) {
        sum += prices[row] * costs[row][item];
      }
      int end = candidates.get(item).endLayer();
      if (sum < sums[end]) {
        sums[end] = sum;
        last[end] = item;
      }
    }
    double value = sums[problem.layers()];
    double[] excess = new double[prices.length];
    for (int row = 0; row < prices.length; row++) {
      value -= prices[row] * limits[row];
      excess[row] = -limits[row];
    }
    for (int layer = problem.layers(); layer > 0; layer = first(last[layer])) {
      for (int row = 0; row < prices.length; row++) {
        excess[row] += costs[row][last[layer]];
      }
    }
    if (value > bestValue) {
      bestValue = value;
      best = prices.clone();
    }
    return excess;
  }

  private int first(int item) {
    return candidates.get(item).firstLayer();
  }

  private void ascend(double target) {
    double[] prices = new double[best.length];
    double step = 1;
    int idle = 0;
    for (int round = 0; round < SUBGRADIENT_STEPS; round++) {
      double before = bestValue;
      double[] excess = excess(prices);
      idle = bestValue > before ? 0 : idle + 1;
      if (idle == PATIENCE) {
        step /= 2;
        idle = 0;
      }
      double square = 0;
      for (int row = 0; row < excess.length; row++) {
        if (prices[row] > 0 || excess[row] > 0) {
          square += Math.pow(excess[row] * scales[row], 2);
        }
      }
      double length = step * (target - bestValue) / square;
      if (!(length > 0) || Double.isInfinite(length)) {
        return;
      }
      for (int row = 0; row < excess.length; row++) {
        double move = length * excess[row] * scales[row] * scales[row];
        prices[row] = Math.max(0, prices[row] + move);
      }
    }
  }

  /** Optimises the price of one bound with the others fixed; the value is concave in it. */
  private void bisect(int row) {
    double[] prices = best.clone();
    double low = 0;
    double high = Math.max(2 * prices[row], spread(scores) * scales[row]);
    prices[row] = high;
    for (int round = 0; round < DOUBLINGS && excess(prices)[row] > 0; round++) {
      low = high;
      high *= 2;
      prices[row] = high;
    }
    for (int round = 0; round < BISECTIONS; round++) {
      prices[row] = low + (high - low) / 2;
      if (excess(prices)[row] > 0) {
        low = prices[row];
      } else {
        high = prices[row];
      }
    }
  }
}
