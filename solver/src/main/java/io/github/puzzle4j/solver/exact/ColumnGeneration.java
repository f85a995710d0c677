package io.github.puzzle4j.solver.exact;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Maximises the bound over the prices: the Lagrangian dual, solved as a linear program over convex
 * combinations of paths by column generation (Dantzig and Wolfe, Operations Research 8, 1960). With
 * a few rows, some dozen shortest paths suffice.
 */
final class ColumnGeneration {

  private static final int MAX_ROUNDS = 400;
  private static final double NEGLIGIBLE = 1e-9;

  /** Upper limit of prices, in multiples of the objective's range per range of a row. */
  private static final double MAX_PRICE = 1e4;

  private static final int KEPT = 4;

  private final Lattice lattice;
  private final Incumbents incumbents;
  private final Clock clock;
  private final int rows;
  private final double costScale;
  private final double[] rowScale;
  private final List<double[]> columns = new ArrayList<>();
  private final List<List<Integer>> paths = new ArrayList<>();
  private final List<PricedLattice> best = new ArrayList<>();

  private ColumnGeneration(Lattice lattice, Incumbents incumbents, Clock clock) {
    this.lattice = lattice;
    this.incumbents = incumbents;
    this.clock = clock;
    this.rows = lattice.rows();
    double cost = 1;
    for (int node = 0; node < lattice.layers(); node++) {
      cost = Math.max(cost, lattice.costSize(node));
    }
    this.costScale = cost;
    this.rowScale = new double[rows];
    for (int row = 0; row < rows; row++) {
      rowScale[row] = 1;
      for (int node = 0; node < lattice.layers(); node++) {
        rowScale[row] = Math.max(rowScale[row], lattice.useSize(row, node));
      }
    }
  }

  /**
   * The solution of the linear program.
   *
   * @param priced the lattice under the best prices found, followed by a few that are nearly as
   *     good
   * @param mix paths whose weighted sum is the primal solution, heaviest first
   */
  record Relaxed(List<PricedLattice> priced, List<WeightedPath> mix) {}

  /** A path and its share of the solution, above 0. */
  record WeightedPath(List<Integer> items, double weight) {}

  /**
   * Solves the linear program. Paths that satisfy the rows are offered to the incumbents.
   *
   * @param start initial prices, by row of the original model
   */
  static Relaxed solved(Lattice lattice, double[] start, Incumbents incumbents, Clock clock) {
    ColumnGeneration search = new ColumnGeneration(lattice, incumbents, clock);
    double[] column = search.column(search.price(new double[search.rows]));
    RestrictedMaster master = new RestrictedMaster(search.rows, MAX_PRICE, column);
    if (search.rows > 0) {
      search.solve(master, start);
    }
    return new Relaxed(search.best, search.mix(master));
  }

  private List<WeightedPath> mix(RestrictedMaster master) {
    IdentityHashMap<double[], Double> weights = master.weights();
    return IntStream.range(0, columns.size())
        .mapToObj(index ->
            new WeightedPath(paths.get(index), weights.getOrDefault(columns.get(index), 0.0)))
        .filter(path -> path.weight() > NEGLIGIBLE)
        .sorted(Comparator.comparingDouble(WeightedPath::weight).reversed())
        .toList();
  }

  private void solve(RestrictedMaster master, double[] start) {
    double[] own = new double[rows];
    for (int row = 0; row < rows; row++) {
      own[row] = Math.min(start[lattice.rowOrigin(row)], unscaled(MAX_PRICE, row));
    }
    for (double[] prices : seeds(own)) {
      column(price(prices));
    }
    for (int round = 0; round < MAX_ROUNDS && !clock.isOver(); round++) {
      double[] entering = master.bestOf(columns);
      if (entering.length == 0) {
        if (incumbents.prunes(best.getFirst().bound())) {
          return;
        }
        PricedLattice priced = price(unscaled(master.prices()));
        double[] column = column(priced);
        double headroom = master.value() * costScale - best.getFirst().bound();
        if (headroom <= Math.max(0.25, NEGLIGIBLE * Math.abs(best.getFirst().bound()))
            || !master.improvedBy(column)) {
          return;
        }
        entering = column;
      }
      if (!master.enter(entering)) {
        return;
      }
    }
  }

  /** Replaces invalid prices by 0. */
  static double[] usable(double[] prices) {
    return Arrays.stream(prices)
        .map(price -> Double.isFinite(price) && price > 0 ? price : 0)
        .toArray();
  }

  /** Prices near the given ones, so that the first iterations start in their region. */
  private List<double[]> seeds(double[] start) {
    List<double[]> seeds = new ArrayList<>();
    boolean any = false;
    for (double price : start) {
      any |= price > 0;
    }
    if (!any) {
      return seeds;
    }
    seeds.add(start);
    for (int row = 0; row < rows; row++) {
      for (double factor : new double[] {0.98, 1.02}) {
        double[] moved = start.clone();
        moved[row] *= factor;
        if (moved[row] > 0) {
          seeds.add(moved);
        }
      }
    }
    return seeds;
  }

  private PricedLattice price(double[] prices) {
    PricedLattice priced = new PricedLattice(lattice, prices);
    incumbents.offer(lattice, priced.path());
    int place = best.size();
    while (place > 0 && best.get(place - 1).bound() < priced.bound()) {
      place--;
    }
    if (place < KEPT) {
      best.add(place, priced);
      if (best.size() > KEPT) {
        best.removeLast();
      }
    }
    return priced;
  }

  /** The column of a path in the linear program: its excess over each row, and its cost. */
  private double[] column(PricedLattice priced) {
    double[] column = new double[rows + 1];
    for (int row = 0; row < rows; row++) {
      long excess = -lattice.max(row);
      for (int item : priced.path()) {
        excess += lattice.use(row, item);
      }
      column[row] = excess / rowScale[row];
    }
    long cost = 0;
    for (int item : priced.path()) {
      cost += lattice.cost(item);
    }
    column[rows] = cost / costScale;
    columns.add(column);
    paths.add(Arrays.stream(priced.path()).boxed().toList());
    return column;
  }

  private double[] unscaled(double[] prices) {
    double[] unscaled = new double[rows];
    Arrays.setAll(unscaled, row -> unscaled(Math.max(0, prices[row]), row));
    return unscaled;
  }

  private double unscaled(double price, int row) {
    return price * costScale / rowScale[row];
  }
}
