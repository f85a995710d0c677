package io.github.puzzle4j.solver.exact;

import io.github.puzzle4j.solver.backend.BackendAnswer;
import io.github.puzzle4j.solver.backend.ChoiceModel;
import java.time.Duration;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Finds and proves the best choices in integer arithmetic: Lagrangian bounds, reduced cost fixing,
 * and meet-in-the-middle enumeration of partial choices. Floating point is used only for bounds,
 * each of which is lowered by more than its rounding error, so that the result is exact.
 */
public final class ExactSearch {

  /**
   * Maximum numbers of labels per node and direction, in increasing order: few labels find good
   * choices, more labels prove optimality.
   */
  private static final int[] LABELS = {500, 5_000, 40_000, 250_000, 1_000_000};

  private static final int[] LISTED_WITH = {500, 5_000, 40_000};

  /** Number of labels after which the ally is asked if they covered little. */
  private static final int FIRST_QUESTION = 5_000;

  /** Number of labels after which it is asked in any case. */
  private static final int SECOND_QUESTION = 40_000;

  /** Share of the distance to the incumbents that some more labels will cover. */
  private static final double ALMOST = 0.5;

  private final ChoiceModel model;
  private final Incumbents incumbents;
  private final Clock clock;
  private final Reducer reducer;
  private final int rows;

  /** Number of rows including those that may be added. */
  private final int origins;

  private final Optional<Ally> ally;
  private Optional<String> prover = Optional.empty();
  private boolean asked;
  private double[] rootPrices;
  private double open = Double.POSITIVE_INFINITY;
  private Optional<FeasibilitySearch> feasibility = Optional.empty();
  private Optional<TargetSearch> target = Optional.empty();

  private ExactSearch(
      ChoiceModel model, Incumbents incumbents, Clock clock, double[] prices, Optional<Ally> ally) {
    this.model = model;
    this.ally = ally;
    this.incumbents = incumbents;
    this.clock = clock;
    this.reducer = new Reducer(incumbents, clock);
    this.rows = prices.length;
    this.origins = rows + RoundingCuts.MAX;
    this.rootPrices = prices.clone();
  }

  /**
   * Result of a search.
   *
   * @param choices item numbers in the model, best choice first
   * @param bound lower bound of the objective of all other choices
   * @param complete whether the best choices were found, or all that exist
   * @param prices by row of the model, its price in units of the objective
   * @param prover backend on whose word the search is complete; empty if on its own
   */
  public record Outcome(
      List<List<Integer>> choices,
      double bound,
      boolean complete,
      List<Double> prices,
      Optional<String> prover) {
    public Outcome {
      choices = choices.stream().map(List::copyOf).toList();
      prices = List.copyOf(prices);
    }
  }

  /**
   * Searches for the best choices.
   *
   * @param known initial choices; infeasible ones are ignored
   * @param prices by row, initial prices; 0 or an invalid price if unknown
   * @param wanted number of choices
   */
  public static Outcome search(
      ChoiceModel model, List<List<Integer>> known, double[] prices, int wanted, Duration time) {
    return search(model, known, prices, wanted, time, Optional.empty());
  }

  /**
   * Searches for the best choices.
   *
   * @param known initial choices; infeasible ones are ignored
   * @param prices by row, initial prices; 0 or an invalid price if unknown
   * @param wanted number of choices
   * @param ally backend to ask if the search takes long
   */
  public static Outcome search(
      ChoiceModel model,
      List<List<Integer>> known,
      double[] prices,
      int wanted,
      Duration time,
      Optional<Ally> ally) {
    return model.pairs().isEmpty()
        ? below(Long.MAX_VALUE, model, known, prices, wanted, time, ally)
        : PairSearch.search(model, known, prices, wanted, time, ally);
  }

  /**
   * Searches a model without pairs for the best choices whose objectives are below a ceiling; see
   * {@link #search}.
   */
  public static Outcome below(
      long ceiling,
      ChoiceModel model,
      List<List<Integer>> known,
      double[] prices,
      int wanted,
      Duration time,
      Optional<Ally> ally) {
    Incumbents incumbents = Incumbents.of(model, known, wanted, ceiling);
    double[] start = ColumnGeneration.usable(prices);
    ExactSearch search = new ExactSearch(model, incumbents, new Clock(time), start, ally);
    Reducer.itemsOnPaths(Lattice.of(model))
        .flatMap(lattice -> WindowArithmetic.applied(lattice, WindowArithmetic.BRIEF))
        .ifPresent(lattice -> search.solve(lattice, start, true));
    return search.outcome();
  }

  /**
   * All choices below an objective; empty if there are more than {@code most}, or too many partial
   * choices to be sure.
   *
   * @param known initial choices, a best one of the model among them; infeasible ones are ignored
   * @param prices by row, initial prices; 0 or an invalid price if unknown
   */
  public static Optional<List<List<Integer>>> allBelow(
      ChoiceModel model,
      List<List<Integer>> known,
      double[] prices,
      long ceiling,
      int most,
      Duration time) {
    if (!model.pairs().isEmpty()) {
      return PairSearch.allBelow(model, known, prices, ceiling, most, time);
    }
    Incumbents incumbents = Incumbents.allBelow(model, known, ceiling, most + 1);
    Clock clock = new Clock(time);
    ExactSearch search =
        new ExactSearch(
            model, incumbents, clock, ColumnGeneration.usable(prices), Optional.empty());
    Optional<PricedLattice> left = search.reducer.reduce(Lattice.of(model), search.rootPrices);
    for (int labels : LISTED_WITH) {
      if (left.isEmpty() || incumbents.best().size() > most || clock.isOver()) {
        break;
      }
      left = search.reducer.afterSearch(left.get(), labels, prices.length);
    }
    return left.isPresent() || incumbents.best().size() > most
        ? Optional.empty()
        : Optional.of(search.outcome().choices());
  }

  /**
   * Verifies an answer within the time limit: proves it, finds a better choice, or bounds how much
   * better a choice could be.
   *
   * @param answer of a backend, possibly wrong
   */
  public static BackendAnswer verify(ChoiceModel model, BackendAnswer answer, Duration time) {
    List<List<Integer>> known =
        answer instanceof BackendAnswer.Found found ? List.of(found.chosen()) : List.of();
    Outcome outcome = search(model, known, new double[model.rows().size()], 1, time);
    if (!outcome.choices().isEmpty()) {
      return new BackendAnswer.Found(
          outcome.choices().getFirst(), outcome.bound(), outcome.complete());
    }
    if (outcome.complete()) {
      return new BackendAnswer.NoneExists();
    }
    return answer instanceof BackendAnswer.GaveUp
        ? answer
        : new BackendAnswer.GaveUp("the time was over before the answer could be verified");
  }

  private Outcome outcome() {
    List<List<Integer>> choices = incumbents.best().stream().map(Incumbents.Choice::items).toList();
    boolean complete = open == Double.POSITIVE_INFINITY || incumbents.prunes(open);
    double bound = Math.min(open, (double) incumbents.limit());
    return new Outcome(
        choices, bound, complete, Arrays.stream(rootPrices).boxed().toList(), prover);
  }

  /** Searches the subtree below a node, with increasing numbers of labels. */
  private void solve(Lattice whole, double[] start, boolean root) {
    Lattice lattice = whole;
    double[] prices = Arrays.copyOf(start, origins);
    double bound = Double.NEGATIVE_INFINITY;
    for (int labels : LABELS) {
      Optional<PricedLattice> reduced = reducer.reduce(lattice, prices);
      if (reduced.isEmpty()) {
        return;
      }
      PricedLattice priced = reduced.get();
      lattice = priced.lattice();
      prices = priced.pricesByOrigin(origins);
      if (root && labels == LABELS[0]) {
        rootPrices = priced.pricesByOrigin(rows);
      }
      if (isSolvedByTable(lattice)
          || (root && (isInfeasible(lattice, labels) || isTargetHit(labels)))) {
        return;
      }
      double reach = incumbents.maxDistance(priced);
      double covered =
          clock.isOver()
              ? 0
              : MeetInTheMiddle.within(
                  BidirectionalLattice.of(priced), reach, labels, incumbents, clock);
      double reached = priced.bound() + covered - priced.rounding();
      if (covered >= reach || incumbents.prunes(reached)) {
        return;
      }
      bound = Math.max(bound, reached);
      if (root && labels == LABELS[0]) {
        priced = RoundingCuts.applied(lattice, prices, rows, covered, incumbents, clock);
        lattice = priced.lattice();
        prices = priced.pricesByOrigin(origins);
        bound = Math.max(bound, priced.bound());
      }
      if (root
          && (isNearestHit(priced, covered, labels)
              || isSettledByAlly(lattice, labels, covered / reach))) {
        return;
      }
      if (clock.isOver()) {
        open = Math.min(open, bound);
        return;
      }
    }
    branch(lattice, prices, bound);
  }

  /** Whether the best choice was found by dynamic programming. */
  private boolean isSolvedByTable(Lattice lattice) {
    if (incumbents.wanted() > 1) {
      return false;
    }
    Optional<SumTable.Best> best = SumTable.best(lattice);
    best.flatMap(SumTable.Best::path).ifPresent(path -> incumbents.offer(lattice, path));
    return best.isPresent();
  }

  /**
   * Whether no choice satisfies the rows; looks for one, and offers it, as long as none is known.
   */
  private boolean isInfeasible(Lattice lattice, int labels) {
    if (!incumbents.best().isEmpty() || lattice.rows() == 0 || clock.isOver()) {
      return false;
    }
    FeasibilitySearch search =
        feasibility.orElseGet(() -> FeasibilitySearch.of(lattice, origins, clock));
    feasibility = Optional.of(search);
    return switch (search.within(labels)) {
      case FeasibilitySearch.Found(List<Integer> items) -> {
        offer(items);
        yield false;
      }
      case FeasibilitySearch.None() -> true;
      case FeasibilitySearch.Unknown() -> false;
    };
  }

  /**
   * Whether the smallest objective that the bound leaves is reached, which is worth a search if not
   * even the partial choices within one unit of the bound could be listed.
   */
  private boolean isNearestHit(PricedLattice priced, double covered, int labels) {
    if (target.isPresent()
        || covered >= 1
        || incumbents.wanted() > 1
        || incumbents.best().isEmpty()
        || clock.isOver()) {
      return false;
    }
    target = Optional.of(new TargetSearch(priced, origins, clock));
    return isTargetHit(labels);
  }

  private boolean isTargetHit(int labels) {
    if (target.isEmpty() || clock.isOver()) {
      return false;
    }
    Optional<List<Integer>> hit = target.get().within(labels);
    hit.ifPresent(this::offer);
    return hit.isPresent() || incumbents.limit() <= target.get().bound();
  }

  private void offer(List<Integer> items) {
    incumbents.offer(model.objective(items), items.stream().mapToInt(Integer::intValue).toArray());
  }

  /**
   * Asks the ally, unless more labels soon cover the rest: briefly at first, then for longer. Only
   * a limit that is independent of the machine applies to the first question, so that its result is
   * reproducible.
   *
   * @param share of the distance to the incumbents that is covered
   */
  private boolean isSettledByAlly(Lattice lattice, int labels, double share) {
    boolean due = labels >= SECOND_QUESTION || (labels >= FIRST_QUESTION && share < ALMOST);
    if (!due || ally.isEmpty() || clock.isOver()) {
      return false;
    }
    Clock longer = asked ? clock.detour() : clock;
    double work = asked ? Double.POSITIVE_INFINITY : Ally.BRIEF;
    asked = true;
    Lattice left = withoutCuts(lattice);
    boolean settled = ally.get().settles(left.model(), left::origin, incumbents, longer, work);
    if (settled) {
      prover = ally.map(other -> other.backend().name());
    }
    return settled;
  }

  private Lattice withoutCuts(Lattice lattice) {
    BitSet items = new BitSet();
    items.set(0, lattice.size());
    BitSet kept = new BitSet();
    for (int row = 0; row < lattice.rows(); row++) {
      kept.set(row, lattice.rowOrigin(row) < rows);
    }
    return lattice.keep(items, kept);
  }

  /** Searches one subtree for each item of the node with the most items. */
  private void branch(Lattice lattice, double[] prices, double bound) {
    PricedLattice priced = new PricedLattice(lattice, ofRows(lattice, prices));
    int[] segments = lattice.segments();
    int node =
        Arrays.stream(segments, 0, segments.length - 1)
            .boxed()
            .max(Comparator.comparingInt(begin -> lattice.from(begin + 1) - lattice.from(begin)))
            .orElseThrow();
    int[] items =
        IntStream.range(lattice.from(node), lattice.from(node + 1))
            .boxed()
            .sorted(Comparator.comparingDouble(priced::detour))
            .mapToInt(Integer::intValue)
            .toArray();
    BitSet others = new BitSet();
    others.set(0, lattice.size());
    others.clear(lattice.from(node), lattice.from(node + 1));
    for (int item : items) {
      if (clock.isOver()) {
        open = Math.min(open, bound);
        return;
      }
      BitSet kept = (BitSet) others.clone();
      kept.set(item);
      solve(lattice.keep(kept), prices, false);
    }
  }

  private static double[] ofRows(Lattice lattice, double[] byOrigin) {
    double[] prices = new double[lattice.rows()];
    Arrays.setAll(prices, row -> byOrigin[lattice.rowOrigin(row)]);
    return prices;
  }
}
