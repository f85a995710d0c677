package io.github.puzzle4j.solver.exact;

import io.github.puzzle4j.solver.backend.BackendAnswer;
import io.github.puzzle4j.solver.backend.ChoiceModel;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The part of a model that can contain a choice better than a good one that was found during the
 * reduction. Exact: the optimum of the model is that choice or the optimum of the core.
 */
public final class Reduction {

  /**
   * Numbers of labels per node and direction: for a good first choice, and then for a better one.
   */
  private static final int[] LABELS = {500, 5_000, 40_000};

  private final ChoiceModel model;
  private final Incumbents incumbents;
  private final Optional<Lattice> left;

  private Reduction(ChoiceModel model, Incumbents incumbents, Optional<Lattice> left) {
    this.model = model;
    this.incumbents = incumbents;
    this.left = left;
  }

  /**
   * Reduces until nothing changes, or until the time is over.
   *
   * @param known initial choices; infeasible ones are ignored
   * @param prices by row, initial prices; 0 or an invalid price if unknown
   */
  public static Reduction of(
      ChoiceModel model, List<List<Integer>> known, double[] prices, Duration time) {
    Incumbents incumbents = Incumbents.of(model, known, 1, Long.MAX_VALUE);
    if (!model.pairs().isEmpty()) {
      // Bounds without the pairs are no bounds, so only what is on no path goes.
      return new Reduction(model, incumbents, Reducer.itemsOnPaths(Lattice.of(model)));
    }
    Clock clock = new Clock(time);
    Reducer reducer = new Reducer(incumbents, clock);
    Optional<PricedLattice> left =
        reducer.reduce(Lattice.of(model), ColumnGeneration.usable(prices));
    for (int labels : LABELS) {
      if (left.isEmpty() || clock.isOver()) {
        break;
      }
      left = reducer.afterSearch(left.get(), labels, prices.length);
    }
    return new Reduction(model, incumbents, left.map(PricedLattice::lattice));
  }

  /** The remaining model; empty if the best choice is known, or none exists. */
  public Optional<ChoiceModel> core() {
    return left.map(lattice -> lattice.within(model));
  }

  /** Number of remaining items. */
  public int size() {
    return left.map(Lattice::size).orElse(0);
  }

  /** The answer for the model if there is no core. */
  public BackendAnswer answer() {
    return incumbents.best().isEmpty()
        ? new BackendAnswer.NoneExists()
        : found(known(), (double) incumbents.limit(), true);
  }

  /** Converts an answer for the core to one for the model. */
  public BackendAnswer answer(BackendAnswer ofCore) {
    return switch (ofCore) {
      case BackendAnswer.Found found -> joined(found);
      case BackendAnswer.NoneExists() -> answer();
      case BackendAnswer.GaveUp gaveUp ->
          incumbents.best().isEmpty() ? gaveUp : found(known(), Double.NEGATIVE_INFINITY, false);
    };
  }

  private BackendAnswer joined(BackendAnswer.Found found) {
    Lattice lattice = left.orElseThrow();
    List<Integer> chosen = found.chosen().stream().map(lattice::origin).toList();
    return model.objective(chosen) < incumbents.limit()
        ? found(chosen, Math.min(found.bound(), (double) incumbents.limit()), found.complete())
        : found(known(), Math.min(found.bound(), (double) incumbents.limit()), found.complete());
  }

  private List<Integer> known() {
    return incumbents.best().getFirst().items();
  }

  private static BackendAnswer found(List<Integer> chosen, double bound, boolean complete) {
    return new BackendAnswer.Found(chosen, bound, complete);
  }
}
