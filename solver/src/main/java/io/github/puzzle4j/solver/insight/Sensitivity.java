package io.github.puzzle4j.solver.insight;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.github.puzzle4j.solver.Bound;
import io.github.puzzle4j.solver.SelectionProblem;
import io.github.puzzle4j.solver.SolveOptions;
import io.github.puzzle4j.solver.SolveResult;
import io.github.puzzle4j.solver.TimedSession;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.annotation.JsonNaming;

/**
 * Effect of each limit on the objective.
 *
 * @param limits for each bound, in the order of the limits
 */
public record Sensitivity(List<Marginal> limits) {

  private static final BigDecimal DEFAULT_SHARE = new BigDecimal("0.01");

  public Sensitivity {
    limits = List.copyOf(limits);
  }

  /**
   * Effect of one bound.
   *
   * @param slack distance of the answer from the bound, in the unit of the cost; at least 0
   * @param price improvement of the objective per unit of relaxation, to first order: a Lagrange
   *     multiplier, at least 0
   * @param step relaxation of the bound that the following refer to, in the unit of the cost
   * @param mostGain upper limit of the improvement; for another {@code step} the limit changes by
   *     at most {@code price} times the difference
   * @param gain improvement of the best objective
   * @param proven whether {@code gain} is exact; otherwise the improvement is at least {@code gain}
   */
  @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
  public record Marginal(
      @JsonUnwrapped Bound bound,
      double slack,
      double price,
      double step,
      double mostGain,
      double gain,
      boolean proven) {}

  /**
   * Computes the effect of each limit of a solved problem.
   *
   * @param steps relaxation by cost; the default is 1 % of the size of the bound or, for a bound of
   *     0, of the sum over layers of the largest absolute cost of a candidate that begins there
   * @param each options for each problem with a relaxed bound
   * @param total time for all of them
   * @throws IllegalArgumentException if a step is not a positive number, or its cost has no limit
   */
  public static Sensitivity of(
      SelectionProblem problem,
      SolveResult.Solved answer,
      Map<String, Double> steps,
      SolveOptions each,
      Duration total) {
    steps.forEach((cost, step) -> requireStep(problem, cost, step));
    SelectionProblem narrowed = problem.single();
    LagrangianDual.Prices prices = LagrangianDual.of(narrowed, answer.objective());
    TimedSession session = TimedSession.start(each, total);
    List<Marginal> marginals = new ArrayList<>();
    for (int row = 0; row < narrowed.bounds().size(); row++) {
      Bound bound = narrowed.bounds().get(row);
      BigDecimal step =
          steps.containsKey(bound.cost())
              ? BigDecimal.valueOf(steps.getOrDefault(bound.cost(), 0.0))
              : BoundSize.of(narrowed, bound).multiply(DEFAULT_SHARE);
      marginals.add(
          new Step(narrowed, answer, bound, step)
              .marginal(prices.value(), prices.each().get(row), session));
    }
    return new Sensitivity(marginals);
  }

  private static void requireStep(SelectionProblem problem, String cost, double step) {
    if (!problem.limits().containsKey(cost)) {
      throw new IllegalArgumentException(
          "there is no limit '%s' to take a step from; there are: %s"
              .formatted(cost, String.join(", ", problem.limits().keySet())));
    }
    if (!(step > 0) || Double.isInfinite(step)) {
      throw new IllegalArgumentException(
          "the step of '%s' must be over zero, found %s".formatted(cost, step));
    }
  }

  /** One relaxed bound. */
  private record Step(
      SelectionProblem problem, SolveResult.Solved answer, Bound bound, BigDecimal size) {

    Marginal marginal(BigDecimal dual, BigDecimal price, TimedSession session) {
      BigDecimal objective = signed(answer.selection().exactObjective());
      BigDecimal most = objective.subtract(dual).add(price.multiply(size));
      BigDecimal slack =
          BigDecimal.valueOf(bound.value())
              .subtract(answer.selection().exactCost(bound.cost()))
              .multiply(BigDecimal.valueOf(bound.sign()));
      BigDecimal gain = BigDecimal.ZERO;
      boolean proven = false;
      if (session.solve(relaxed()) instanceof SolveResult.Solved solved) {
        gain = objective.subtract(signed(solved.selection().exactObjective()));
        proven = answer.proven() && solved.proven();
      }
      return new Marginal(
          bound,
          slack.doubleValue(),
          price.doubleValue(),
          size.doubleValue(),
          roundedUp(most),
          Math.max(0, gain.doubleValue()),
          proven);
    }

    private BigDecimal signed(BigDecimal value) {
      return value.multiply(BigDecimal.valueOf(problem.sense().sign()));
    }

    /**
     * The smallest double that is at least the exact number: upper limits must not be rounded down.
     */
    private static double roundedUp(BigDecimal value) {
      double nearest = value.doubleValue();
      return BigDecimal.valueOf(nearest).compareTo(value) < 0 ? Math.nextUp(nearest) : nearest;
    }

    private SelectionProblem relaxed() {
      BigDecimal moved =
          BigDecimal.valueOf(bound.value()).add(size.multiply(BigDecimal.valueOf(bound.sign())));
      List<Bound> bounds = new ArrayList<>(problem.bounds());
      bounds.set(bounds.indexOf(bound), Bound.admitting(bound.cost(), bound.side(), moved));
      return problem.withBounds(bounds);
    }
  }
}
