package io.github.puzzle4j.solver.exact;

import io.github.puzzle4j.solver.backend.ChoiceModel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Finds and proves the best choices of a model with pairs. First, the pairs are moved into the
 * costs of the items as far as possible ({@link PairedLattice}), so that the bounds of a lattice
 * without pairs, at the best prices of the rows, are bounds here and remove most items. If all
 * pairs that are left are of consecutive items, a {@link NeighbourLattice} has none, and the search
 * without pairs does the rest. Otherwise it is branch and bound.
 */
final class PairSearch {

  private static final int MAX_ROUNDS = 8;
  private static final int SWEEPS = 3;

  /** Share of the distance to the incumbents that another round must gain. */
  private static final double WORTH_ANOTHER_ROUND = 0.03;

  /** Number of subtrees after which the ally is asked, and again after several times as many. */
  private static final int FIRST_QUESTION = 4_000;

  private static final int NEXT_QUESTION = 4;

  private final ChoiceModel model;
  private final Incumbents incumbents;
  private final Clock clock;
  private final Reducer reducer;
  private final int rows;
  private final int most;
  private final Optional<Ally> ally;
  private Optional<ChoiceModel> asked = Optional.empty();
  private int[] askedOrigins = {};
  private Optional<String> prover = Optional.empty();
  private double open = Double.POSITIVE_INFINITY;
  private int nodes;
  private int question = FIRST_QUESTION;

  private PairSearch(
      ChoiceModel model,
      Incumbents incumbents,
      Clock clock,
      int rows,
      int most,
      Optional<Ally> ally) {
    this.ally = ally;
    this.model = model;
    this.incumbents = incumbents;
    this.clock = clock;
    this.reducer = new Reducer(incumbents, clock);
    this.rows = rows;
    this.most = most;
  }

  static ExactSearch.Outcome search(
      ChoiceModel model,
      List<List<Integer>> known,
      double[] prices,
      int wanted,
      Duration time,
      Optional<Ally> ally) {
    Clock clock = new Clock(time);
    // The best choices without the pairs tell whether there are any, and at which prices.
    ExactSearch.Outcome apart =
        ExactSearch.search(model.withPairs(List.of()), known, prices, wanted, clock.left(), ally);
    if (apart.choices().isEmpty()) {
      return apart.complete() ? apart : nothing(apart);
    }
    List<List<Integer>> starts = new ArrayList<>(known);
    starts.addAll(apart.choices());
    Incumbents incumbents = Incumbents.of(model, starts, wanted, Long.MAX_VALUE);
    new PairExchange(model, incumbents).improve();
    PairSearch search =
        new PairSearch(model, incumbents, clock, prices.length, Integer.MAX_VALUE, ally);
    double[] start = apart.prices().stream().mapToDouble(Double::doubleValue).toArray();
    search.run(start);
    return search.outcome(start);
  }

  private static ExactSearch.Outcome nothing(ExactSearch.Outcome apart) {
    return new ExactSearch.Outcome(
        List.of(), Double.NEGATIVE_INFINITY, false, apart.prices(), Optional.empty());
  }

  static Optional<List<List<Integer>>> allBelow(
      ChoiceModel model,
      List<List<Integer>> known,
      double[] prices,
      long ceiling,
      int most,
      Duration time) {
    Clock clock = new Clock(time);
    Incumbents incumbents = Incumbents.allBelow(model, known, ceiling, most + 1);
    PairSearch search =
        new PairSearch(model, incumbents, clock, prices.length, most, Optional.empty());
    double[] start =
        ExactSearch.search(model.withPairs(List.of()), known, prices, 1, clock.left())
            .prices()
            .stream()
            .mapToDouble(Double::doubleValue)
            .toArray();
    search.run(start);
    return search.open < Double.POSITIVE_INFINITY || incumbents.best().size() > most
        ? Optional.empty()
        : Optional.of(search.outcome(start).choices());
  }

  private void run(double[] prices) {
    if (PairedLattice.isTooLarge(model)) {
      open = Double.NEGATIVE_INFINITY;
      return;
    }
    Optional<Bounded> root =
        Reducer.itemsOnPaths(Lattice.of(model))
            .flatMap(lattice -> reduced(PairedLattice.of(model, lattice), prices));
    if (root.isEmpty()) {
      return;
    }
    Lattice left = root.get().paired().lattice();
    asked = Optional.of(left.within(model));
    askedOrigins = IntStream.range(0, left.size()).map(left::origin).toArray();
    Optional<NeighbourLattice> neighbours = NeighbourLattice.of(asked.get());
    if (neighbours.isPresent()) {
      solve(neighbours.get(), root.get().priced());
    } else {
      solve(root.get());
    }
  }

  /** Searches what is left of a model by the search without pairs. */
  private void solve(NeighbourLattice neighbours, PricedLattice priced) {
    Map<Integer, Integer> places = new HashMap<>();
    for (int item = 0; item < askedOrigins.length; item++) {
      places.put(askedOrigins[item], item);
    }
    List<List<Integer>> known =
        incumbents.best().stream()
            .map(Incumbents.Choice::items)
            .filter(places.keySet()::containsAll)
            .map(items -> neighbours.edges(items.stream().map(places::get).toList()))
            .toList();
    if (most < Integer.MAX_VALUE) {
      Optional<List<List<Integer>>> all =
          ExactSearch.allBelow(
              neighbours.model(), known, priced.prices(), incumbents.ceiling(), most, clock.left());
      all.ifPresentOrElse(
          found -> found.forEach(path -> offer(neighbours, path)), () -> open = priced.bound());
      return;
    }
    ExactSearch.Outcome outcome =
        ExactSearch.below(
            incumbents.limit(),
            neighbours.model(),
            known,
            priced.prices(),
            incumbents.wanted(),
            clock.left(),
            ally);
    outcome.choices().forEach(path -> offer(neighbours, path));
    prover = outcome.prover();
    open = outcome.complete() ? Double.POSITIVE_INFINITY : outcome.bound();
  }

  private void offer(NeighbourLattice neighbours, List<Integer> path) {
    int[] items = neighbours.items(path).stream().mapToInt(item -> askedOrigins[item]).toArray();
    incumbents.offer(model.objective(Arrays.stream(items).boxed().toList()), items);
  }

  private ExactSearch.Outcome outcome(double[] prices) {
    List<List<Integer>> choices = incumbents.best().stream().map(Incumbents.Choice::items).toList();
    boolean complete =
        prover.isPresent() || open == Double.POSITIVE_INFINITY || incumbents.prunes(open);
    return new ExactSearch.Outcome(
        choices,
        Math.min(complete ? Double.POSITIVE_INFINITY : open, (double) incumbents.limit()),
        complete,
        Arrays.stream(prices).boxed().toList(),
        prover);
  }

  /** Whether the time is over, or nothing more is needed. */
  private boolean isOver() {
    return clock.isOver() || prover.isPresent() || incumbents.best().size() > most;
  }

  private void solve(Bounded bounded) {
    nodes++;
    if (nodes == question && ally.isPresent() && incumbents.wanted() == 1) {
      question *= NEXT_QUESTION;
      boolean settled =
          ally.get()
              .settles(
                  asked.orElseThrow(),
                  item -> askedOrigins[item],
                  incumbents,
                  clock.detour(),
                  Double.POSITIVE_INFINITY);
      prover = ally.filter(any -> settled).map(any -> any.backend().name());
    }
    if (isOver()) {
      open = Math.min(open, bounded.priced().bound());
    } else {
      branch(bounded);
    }
  }

  /** A lattice with pairs, and its costs under the best prices found. */
  private record Bounded(PairedLattice paired, PricedLattice priced) {}

  /** What is left after bounds and rows have removed what they can; empty if that is all. */
  private Optional<Bounded> reduced(PairedLattice whole, double[] start) {
    PairedLattice paired = whole;
    double[] prices = start;
    double before = Double.NEGATIVE_INFINITY;
    for (int round = 0; ; round++) {
      paired = paired.withoutIdleRows();
      paired = paired.tightened(ofRows(paired.lattice(), prices), SWEEPS);
      Optional<Lattice> onPaths = Reducer.itemsOnPaths(paired.lattice());
      if (onPaths.isEmpty()) {
        return Optional.empty();
      }
      paired = paired.keep(places(paired.lattice(), onPaths.get()));
      List<PricedLattice> priced =
          ColumnGeneration.solved(paired.lattice(), prices, incumbents, clock).priced();
      PricedLattice best = priced.getFirst();
      if (incumbents.prunes(best.bound())) {
        return Optional.empty();
      }
      BitSet promising = reducer.canImprove(priced);
      paired.exclude(best, incumbents);
      boolean all = promising.cardinality() == paired.lattice().size();
      boolean little = best.bound() - before <= WORTH_ANOTHER_ROUND * incumbents.maxDistance(best);
      boolean done = all && (little || paired.tables().isEmpty());
      if (done || round == MAX_ROUNDS || clock.isOver()) {
        return Optional.of(new Bounded(paired, best));
      }
      before = best.bound();
      prices = best.pricesByOrigin(rows);
      paired = paired.keep(promising);
    }
  }

  private static double[] ofRows(Lattice lattice, double[] byOrigin) {
    double[] prices = new double[lattice.rows()];
    Arrays.setAll(prices, row -> byOrigin[lattice.rowOrigin(row)]);
    return prices;
  }

  /** The items of a lattice that a part of it still has. */
  private static BitSet places(Lattice whole, Lattice part) {
    BitSet places = new BitSet();
    int next = 0;
    for (int item = 0; item < whole.size(); item++) {
      if (next < part.size() && whole.origin(item) == part.origin(next)) {
        places.set(item);
        next++;
      }
    }
    return places;
  }

  /** Searches one subtree for each item that leaves a node. */
  private void branch(Bounded bounded) {
    Lattice lattice = bounded.paired().lattice();
    PricedLattice priced = bounded.priced();
    int node = node(lattice);
    if (node < 0) {
      incumbents.offer(lattice, priced.path());
      return;
    }
    int[] items =
        IntStream.range(lattice.from(node), lattice.from(node + 1))
            .boxed()
            .sorted(Comparator.comparingDouble(priced::detour))
            .mapToInt(Integer::intValue)
            .toArray();
    BitSet others = Reducer.all(lattice.size());
    others.clear(lattice.from(node), lattice.from(node + 1));
    double[] prices = priced.pricesByOrigin(rows);
    double[] bounds = priced.boundsByItem();
    for (int item : items) {
      if (incumbents.prunes(bounds[item])) {
        continue;
      }
      if (isOver()) {
        open = Math.min(open, bounds[item]);
        continue;
      }
      BitSet kept = (BitSet) others.clone();
      kept.set(item);
      reduced(bounded.paired().copy().keep(kept), prices).ifPresent(this::solve);
    }
  }

  /** The node to branch at, which is the one with the most items; -1 if there is only one path. */
  private static int node(Lattice lattice) {
    int best = -1;
    int most = 1;
    int[] segments = lattice.segments();
    for (int place = 0; place + 1 < segments.length; place++) {
      int node = segments[place];
      int count = lattice.from(node + 1) - lattice.from(node);
      if (count > most) {
        most = count;
        best = node;
      }
    }
    return best;
  }
}
