package io.github.puzzle4j.solver.insight;

import io.github.puzzle4j.solver.Bound;
import io.github.puzzle4j.solver.Candidate;
import io.github.puzzle4j.solver.SelectionProblem;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.Map;

/** Reference size for relative violations of a bound. */
final class BoundSize {

  private BoundSize() {}

  /**
   * The absolute value of the bound. For a bound of 0, an upper bound of all sums: the sum, over
   * layers, of the largest absolute cost of a candidate that begins there. Always positive.
   */
  static BigDecimal of(SelectionProblem problem, Bound bound) {
    BigDecimal own = BigDecimal.valueOf(bound.value()).abs();
    BigDecimal size = own.signum() == 0 ? largestSum(problem, bound.cost()) : own;
    return size.signum() == 0 ? BigDecimal.ONE : size;
  }

  private static BigDecimal largestSum(SelectionProblem problem, String cost) {
    Map<Integer, BigDecimal> largest = new HashMap<>();
    for (Candidate candidate : problem.candidates()) {
      largest.merge(
          candidate.firstLayer(), BigDecimal.valueOf(candidate.cost(cost)).abs(), BigDecimal::max);
    }
    return largest.values().stream().reduce(BigDecimal.ZERO, BigDecimal::add);
  }
}
