package io.github.puzzle4j.solver.insight;

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

/**
 * What each limit costs, and what more room would buy.
 *
 * @param limits for each side of each limit, in the order of the limits
 */
public record Sensitivity(List<Marginal> limits) {

  private static final BigDecimal DEFAULT_SHARE = new BigDecimal("0.01");

  public Sensitivity {
    limits = List.copyOf(limits);
  }

  /**
   * What one side of a limit costs.
   *
   * @param slack how far the answer is from the bound, in the cost's unit; 0 or more
   * @param price improvement of the objective per unit by which the bound gives way, to first
   *     order: a Lagrange multiplier, 0 or more
   * @param step by how much the bound gives way in what follows, in the cost's unit
   * @param mostGain the objective improves by no more than this, and for any other {@code step} by
   *     no more than {@code price} times the difference in addition
   * @param gain by how much the best objective improves
   * @param proven whether {@code gain} is exact; it is the least improvement otherwise
   */
  public record Marginal(
      Bound bound,
      double slack,
      double price,
      double step,
      double mostGain,
      double gain,
      boolean proven) {}

  /**
   * Looks at each limit of a problem with an answer.
   *
   * @param steps by cost, by how much its bounds give way; those not named by 1 % of their size, or
   *     where they are 0, of the sum over layers of the largest absolute cost of a candidate that
   *     begins there
   * @param each how to solve the problem with one bound given way
   * @param total the time for all of them
   * @throws IllegalArgumentException if a step is not a positive number, or for a cost that has no
   *     limit
   */
  public static Sensitivity of(
      SelectionProblem problem,
      SolveResult.Solved answer,
      Map<String, Double> steps,
      SolveOptions each,
      Duration total) {
    steps.forEach((cost, step) -> requireStep(problem, cost, step));
    SelectionProblem single = problem.withSolutions(1, 0);
    SelectionProblem narrowed = single.narrowed().orElse(single);
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

  /** One bound that gives way. */
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

    /** What is a bound stays one. */
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
