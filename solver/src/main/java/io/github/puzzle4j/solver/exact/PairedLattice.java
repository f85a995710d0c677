package io.github.puzzle4j.solver.exact;

import io.github.puzzle4j.solver.backend.ChoiceModel;
import io.github.puzzle4j.solver.backend.ChoicePair;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A lattice with tables of what pairs of items add. What tables and costs say together is the
 * objective of the model; how it is divided between them is arbitrary. No entry of a table is below
 * 0, so that the costs alone are a lower bound. {@link #tightened} moves as much as it can from the
 * tables to the costs: soft arc consistency, or min-sum diffusion (Cooper et al., Artificial
 * Intelligence 174, 2010; Kolmogorov, IEEE PAMI 28, 2006). All numbers are integers, so that the
 * objective stays exactly the same.
 */
final class PairedLattice {

  /** Entries of all tables; 64 MB. */
  private static final long MAX_ENTRIES = 8_000_000;

  private final Lattice lattice;
  private final List<PairTable> tables;

  private PairedLattice(Lattice lattice, List<PairTable> tables) {
    this.lattice = lattice;
    this.tables = tables;
  }

  /**
   * The part of a model that a lattice contains.
   *
   * @param lattice of items of the model, with its costs
   */
  static PairedLattice of(ChoiceModel model, Lattice lattice) {
    Map<Integer, Integer> places = new HashMap<>();
    for (int item = 0; item < lattice.size(); item++) {
      places.put(lattice.origin(item), item);
    }
    List<List<Integer>> covers = covers(lattice);
    Map<List<Integer>, PairTable> tables = new LinkedHashMap<>();
    for (ChoicePair pair : model.pairs()) {
      Integer one = places.get(pair.one());
      Integer other = places.get(pair.other());
      if (one != null && other != null && pair.objective() != 0) {
        PairTable table =
            tables.computeIfAbsent(
                List.of(lattice.first(one), lattice.first(other)),
                key -> empty(lattice, covers, key.getFirst(), key.getLast()));
        int row = Arrays.binarySearch(table.rows(), one);
        int column = Arrays.binarySearch(table.columns(), other);
        table.entries()[row][column] = pair.objective();
      }
    }
    return new PairedLattice(lattice, List.copyOf(tables.values()));
  }

  /** Whether the tables of a model would be too large. */
  static boolean isTooLarge(ChoiceModel model) {
    List<List<Integer>> covers = model.covers();
    return model.pairs().stream()
            .map(pair -> List.of(model.firstLayer(pair.one()), model.firstLayer(pair.other())))
            .distinct()
            .mapToLong(
                key -> (long) covers.get(key.getFirst()).size() * covers.get(key.getLast()).size())
            .sum()
        > MAX_ENTRIES;
  }

  private static PairTable empty(
      Lattice lattice, List<List<Integer>> covers, int earlier, int later) {
    int[] rows = covers.get(earlier).stream().mapToInt(Integer::intValue).toArray();
    int[] columns = covers.get(later).stream().mapToInt(Integer::intValue).toArray();
    long[][] entries = new long[rows.length][columns.length];
    for (int row = 0; row < rows.length; row++) {
      for (int column = 0; column < columns.length; column++) {
        boolean apart = lattice.end(rows[row]) <= lattice.first(columns[column]);
        entries[row][column] = apart || rows[row] == columns[column] ? 0 : PairTable.IMPOSSIBLE;
      }
    }
    return new PairTable(earlier, later, rows, columns, entries);
  }

  private static List<List<Integer>> covers(Lattice lattice) {
    List<List<Integer>> covers = new ArrayList<>();
    for (int layer = 0; layer < lattice.layers(); layer++) {
      covers.add(new ArrayList<>());
    }
    for (int item = 0; item < lattice.size(); item++) {
      for (int layer = lattice.first(item); layer < lattice.end(item); layer++) {
        covers.get(layer).add(item);
      }
    }
    return covers;
  }

  /** Its costs are a lower bound of the objective. */
  Lattice lattice() {
    return lattice;
  }

  /** What the costs do not say yet. */
  List<PairTable> tables() {
    return tables;
  }

  /** The part with these items, and without what tables do not say any more. */
  PairedLattice keep(BitSet items) {
    if (items.cardinality() == lattice.size()) {
      return this;
    }
    int[] places = new int[lattice.size()];
    int count = 0;
    for (int item = 0; item < places.length; item++) {
      places[item] = items.get(item) ? count++ : -1;
    }
    List<PairTable> left =
        tables.stream().map(table -> table.keep(places)).filter(table -> !table.isEmpty()).toList();
    return new PairedLattice(lattice.keep(items), left);
  }

  /** The same with the rows that some path violates. */
  PairedLattice withoutIdleRows() {
    return new PairedLattice(
        lattice.keep(Reducer.all(lattice.size()), lattice.breakableRows()), tables);
  }

  /**
   * An equivalent one with a higher bound, as a rule. The tables of this one are changed and must
   * not be used any more, except by the result.
   *
   * @param prices by row of the lattice
   * @param sweeps number of passes over all layers in both directions
   */
  PairedLattice tightened(double[] prices, int sweeps) {
    if (tables.isEmpty()) {
      return this;
    }
    PairDiffusion diffusion = new PairDiffusion(lattice, tables, prices);
    for (int sweep = 0; sweep < sweeps; sweep++) {
      diffusion.sweep();
    }
    BitSet living = diffusion.living();
    return new PairedLattice(lattice.withCosts(diffusion.costs()), tables).keep(living);
  }

  /** A copy whose tables are its own. */
  PairedLattice copy() {
    return new PairedLattice(lattice, tables.stream().map(PairTable::copy).toList());
  }

  /**
   * Marks entries of tables as impossible that no choice better than the incumbents contains.
   *
   * @param priced this lattice under some prices
   */
  void exclude(PricedLattice priced, Incumbents incumbents) {
    double[] bounds = priced.boundsByItem();
    boolean[] alone = new boolean[lattice.layers()];
    for (int node : lattice.segments()) {
      if (node < alone.length) {
        alone[node] = true;
      }
    }
    for (PairTable table : tables) {
      for (int row = 0; row < table.rows().length; row++) {
        double one = bounds[table.rows()[row]];
        for (int column = 0; column < table.columns().length; column++) {
          long entry = table.entries()[row][column];
          double other = bounds[table.columns()[column]];
          // Detours add up if every path passes between the two items, or else the longer counts.
          double both = alone[table.later()] ? one + other - priced.bound() : Math.max(one, other);
          if (entry < PairTable.IMPOSSIBLE / 2
              && incumbents.prunes(both + entry - 4 * priced.rounding())) {
            table.entries()[row][column] = PairTable.IMPOSSIBLE;
          }
        }
      }
    }
  }
}
