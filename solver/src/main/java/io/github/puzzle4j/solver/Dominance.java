package io.github.puzzle4j.solver;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Takes away candidates that another one can replace at no loss: it covers the same layers, its
 * score is no worse, and it is no worse for any bound. Some best selection is always left.
 *
 * <p>Not to be used where several selections are wanted: the second best may need what the best
 * does not.
 */
final class Dominance {

  private final int sign;
  private final List<Bound> bounds;

  private Dominance(SelectionProblem problem, List<Bound> bounds) {
    this.sign = problem.sense() == Sense.MIN ? 1 : -1;
    this.bounds = bounds;
  }

  /**
   * The candidates that are left, in their order.
   *
   * @param bounds those of the problem's bounds that could be broken
   */
  static List<Candidate> undominated(SelectionProblem problem, List<Bound> bounds) {
    Dominance dominance = new Dominance(problem, bounds);
    Map<List<Integer>, List<Candidate>> bySpan = new LinkedHashMap<>();
    for (Candidate candidate : problem.candidates()) {
      bySpan.computeIfAbsent(candidate.layers(), layers -> new ArrayList<>()).add(candidate);
    }
    return bySpan.values().stream().flatMap(same -> dominance.front(same).stream()).toList();
  }

  /** Sorted by score, a candidate can only be replaced by one before it. */
  private List<Candidate> front(List<Candidate> candidates) {
    List<Candidate> front = new ArrayList<>();
    candidates.stream()
        .sorted(order())
        .filter(candidate -> front.stream().noneMatch(better -> replaces(better, candidate)))
        .forEach(front::add);
    return front;
  }

  /** By score and then by every bound, so that equals in one are settled by the next. */
  private Comparator<Candidate> order() {
    Comparator<Candidate> order = Comparator.comparingDouble(c -> sign * c.score());
    for (Bound bound : bounds) {
      order = order.thenComparingDouble(c -> bound.sign() * c.cost(bound.cost()));
    }
    return order;
  }

  private boolean replaces(Candidate better, Candidate candidate) {
    return sign * better.score() <= sign * candidate.score()
        && bounds.stream()
            .allMatch(bound ->
                bound.sign() * better.cost(bound.cost())
                    <= bound.sign() * candidate.cost(bound.cost()));
  }
}
