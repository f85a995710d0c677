package io.github.puzzle4j.solver.exact;

import io.github.puzzle4j.solver.backend.ChoiceModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The best choices found so far, best first, at most the requested number. */
final class Incumbents {

  /** Item numbers in the model, ascending. */
  record Choice(long objective, List<Integer> items) {}

  /** Below every objective: nothing more is accepted. */
  private static final long SATISFIED = Long.MIN_VALUE / 4;

  private final int wanted;
  private final long ceiling;
  private final boolean any;
  private final Optional<ChoiceModel> paired;
  private long slack;
  private final List<Choice> best = new ArrayList<>();

  private Incumbents(int wanted, long ceiling, boolean any, Optional<ChoiceModel> paired) {
    this.paired = paired;
    this.wanted = wanted;
    this.ceiling = ceiling;
    this.any = any;
  }

  /** For the search for any one choice with an objective below the ceiling. */
  static Incumbents anyBelow(long ceiling) {
    return new Incumbents(1, ceiling, true, Optional.empty());
  }

  /**
   * The feasible ones among the known choices.
   *
   * @param ceiling only choices with a smaller objective are accepted
   */
  static Incumbents of(ChoiceModel model, List<List<Integer>> known, int wanted, long ceiling) {
    Incumbents incumbents =
        new Incumbents(
            wanted, ceiling, false, Optional.of(model).filter(any -> !any.pairs().isEmpty()));
    for (List<Integer> choice : known) {
      if (model.admits(choice)) {
        incumbents.offer(
            model.objective(choice), choice.stream().mapToInt(Integer::intValue).toArray());
      }
    }
    return incumbents;
  }

  /** Whether the first choice ends the search. */
  boolean any() {
    return any;
  }

  /**
   * For the search for all choices below a ceiling.
   *
   * @param known choices, a best one of the model among them
   * @param most number of choices after which the search ends
   */
  static Incumbents allBelow(ChoiceModel model, List<List<Integer>> known, long ceiling, int most) {
    Incumbents incumbents = of(model, known, most, ceiling);
    incumbents.best.stream()
        .findFirst()
        .ifPresent(first -> incumbents.slack = Math.max(0, ceiling - first.objective()));
    return incumbents;
  }

  /**
   * By how much more a choice must cost than another to be dominated by it. If this is the distance
   * from the best choice to the ceiling, what it dominates is above the ceiling however it goes on.
   */
  long slack() {
    return slack;
  }

  /** Number of others that must dominate a partial choice for it not to be needed. */
  int dominators() {
    return slack > 0 ? 1 : wanted;
  }

  int wanted() {
    return wanted;
  }

  /** Only choices with a smaller objective have ever been accepted. */
  long ceiling() {
    return ceiling;
  }

  /** Only choices with a smaller objective are accepted. */
  long limit() {
    if (best.size() < wanted) {
      return ceiling;
    }
    return any ? SATISFIED : best.getLast().objective();
  }

  /** Whether all choices with at least this objective would be rejected. */
  boolean prunes(double bound) {
    // Objectives are integers: above limit - 1 means at least the limit.
    return limit() < Long.MAX_VALUE && bound > (double) limit() - 1;
  }

  /**
   * Distance from the bound below which all choices lie that are still accepted. Objectives are
   * integers, so the best of them is at least 1 below the limit.
   */
  double maxDistance(PricedLattice priced) {
    return limit() == Long.MAX_VALUE
        ? Double.POSITIVE_INFINITY
        : (double) limit() - 0.99 - priced.bound() + 2 * priced.rounding();
  }

  List<Choice> best() {
    return List.copyOf(best);
  }

  /**
   * Adds a choice if it is better than the limit and not yet contained.
   *
   * @param items item numbers in the model
   */
  void offer(long objective, int[] items) {
    if (objective >= limit()) {
      return;
    }
    List<Integer> sorted = Arrays.stream(items).sorted().boxed().toList();
    if (best.stream().anyMatch(known -> known.items().equals(sorted))) {
      return;
    }
    int place = best.size();
    while (place > 0 && best.get(place - 1).objective() > objective) {
      place--;
    }
    best.add(place, new Choice(objective, sorted));
    if (best.size() > wanted) {
      best.removeLast();
    }
  }

  /** Adds a path of the lattice if it satisfies the rows. */
  void offer(Lattice lattice, int[] path) {
    if (lattice.admits(path)) {
      long objective = 0;
      int[] items = new int[path.length];
      for (int index = 0; index < path.length; index++) {
        objective += lattice.cost(path[index]);
        items[index] = lattice.origin(path[index]);
      }
      // With pairs, the cost of a lattice is a bound of the objective.
      offer(paired.isPresent() ? paired.get().objective(boxed(items)) : objective, items);
    }
  }

  private static List<Integer> boxed(int[] items) {
    return Arrays.stream(items).boxed().toList();
  }
}
