package io.github.puzzle4j.solver.sweep;

import io.github.puzzle4j.solver.SolveResult;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What came of one setting of the limits.
 *
 * @param budgets the values of the moved limits, by cost; empty where they were taken away
 * @param result the answer under them and the problem's other limits
 * @param paretoOptimal whether no other point is as good in the objective and in the moved costs,
 *     and better in one; of points that are equal in all of them the first
 */
public record FrontierPoint(
    Map<String, Double> budgets, SolveResult result, boolean paretoOptimal) {

  public FrontierPoint {
    budgets = Collections.unmodifiableMap(new LinkedHashMap<>(budgets));
  }

  /** The answer, if there is one. */
  public Optional<SolveResult.Solved> solved() {
    return result instanceof SolveResult.Solved solved ? Optional.of(solved) : Optional.empty();
  }

  /** The value of that limit; empty where it was taken away. */
  public OptionalDouble budget(Axis axis) {
    Double value = budgets.get(axis.cost());
    return value == null ? OptionalDouble.empty() : OptionalDouble.of(value);
  }

  FrontierPoint withParetoOptimal(boolean optimal) {
    return new FrontierPoint(budgets, result, optimal);
  }
}
