package io.github.puzzle4j.solver.sweep;

import io.github.puzzle4j.solver.SolveResult;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Result for one setting of the limits.
 *
 * @param budgets values of the varied limits, by cost; empty if the limits were removed
 * @param result the answer under these and the problem's other limits
 * @param paretoOptimal whether no other point is at least as good in the objective and in the
 *     varied costs and better in one; of equal points only the first
 */
public record FrontierPoint(
    Map<String, Double> budgets, SolveResult result, boolean paretoOptimal) {

  public FrontierPoint {
    budgets = Collections.unmodifiableMap(new LinkedHashMap<>(budgets));
  }

  /** The answer, if a selection was found. */
  public Optional<SolveResult.Solved> solved() {
    return result instanceof SolveResult.Solved solved ? Optional.of(solved) : Optional.empty();
  }

  /** The value of that limit; empty if it was removed. */
  public OptionalDouble budget(Axis axis) {
    Double value = budgets.get(axis.cost());
    return value == null ? OptionalDouble.empty() : OptionalDouble.of(value);
  }

  FrontierPoint withParetoOptimal(boolean optimal) {
    return new FrontierPoint(budgets, result, optimal);
  }
}
