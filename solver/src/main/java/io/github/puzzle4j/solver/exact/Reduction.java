package io.github.puzzle4j.solver.exact;

import io.github.puzzle4j.solver.backend.BackendAnswer;
import io.github.puzzle4j.solver.backend.ChoiceModel;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What is left of a model when everything is gone that cannot be part of a choice better than a
 * good one found on the way. Exact: with that choice, the core has the model's optimum.
 */
public final class Reduction {

  /** Labels per node and side: enough for a good first choice, and then for an even better one. */
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
   * Reduces until nothing moves, or until the time is over.
   *
   * @param known choices to begin with; those that the model does not admit are passed over
   * @param prices by row, near the best ones; 0, or anything that is no price, where nothing is
   *     known
   */
  public static Reduction of(
      ChoiceModel model, List<List<Integer>> known, double[] prices, Duration time) {
    Incumbents incumbents = Incumbents.of(model, known, 1);
    Clock clock = new Clock(time);
    Reducer reducer = new Reducer(incumbents, clock);
    Optional<Priced> left = reducer.reduce(Lattice.of(model), PriceSearch.usable(prices));
    for (int labels : LABELS) {
      if (left.isEmpty() || clock.isOver()) {
        break;
      }
      Priced priced = left.get();
      left =
          settledBy(priced, labels, incumbents, clock)
              ? Optional.empty()
              : reducer.reduce(priced.lattice(), priced.pricesByOrigin(prices.length));
    }
    return new Reduction(model, incumbents, left.map(Priced::lattice));
  }

  /** Whether the labels were enough to see all choices that could be better. */
  private static boolean settledBy(Priced priced, int labels, Incumbents incumbents, Clock clock) {
    double reach = incumbents.reachFrom(priced);
    double covered = Meeting.within(Arrangement.of(priced), reach, labels, incumbents, clock);
    return covered >= reach || incumbents.closes(priced.bound() + covered - priced.rounding());
  }

  /** What is left to choose from; empty if the best choice is known already, or none exists. */
  public Optional<ChoiceModel> core() {
    return left.map(Lattice::model);
  }

  /** How many items are left. */
  public int size() {
    return left.map(Lattice::size).orElse(0);
  }

  /** The model's answer where there is no core. */
  public BackendAnswer answer() {
    return incumbents.best().isEmpty()
        ? new BackendAnswer.NoneExists()
        : found(known(), (double) incumbents.limit(), true);
  }

  /** The model's answer from the core's. */
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
