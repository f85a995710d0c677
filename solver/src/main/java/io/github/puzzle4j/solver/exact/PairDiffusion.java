package io.github.puzzle4j.solver.exact;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/**
 * Moves values between the costs of a lattice and its pair tables. A layer at a time takes what all
 * its tables say about its items, and gives by how much more than the best path an item costs to
 * those tables whose other layer is still to come.
 */
final class PairDiffusion {

  /** Above the objective of every choice. */
  private static final double LARGEST = 0x1p55;

  private final Lattice lattice;
  private final double[] price;
  private final long[] costs;
  private final List<List<PairTable>> atLayer = new ArrayList<>();
  private final BitSet dead = new BitSet();
  private final double[] fromStart;
  private final double[] toEnd;

  PairDiffusion(Lattice lattice, List<PairTable> tables, double[] prices) {
    this.lattice = lattice;
    this.costs = new long[lattice.size()];
    this.price = new double[lattice.size()];
    for (int item = 0; item < costs.length; item++) {
      costs[item] = lattice.cost(item);
      for (int row = 0; row < prices.length; row++) {
        price[item] += prices[row] * lattice.use(row, item);
      }
    }
    for (int layer = 0; layer < lattice.layers(); layer++) {
      atLayer.add(new ArrayList<>());
    }
    for (PairTable table : tables) {
      atLayer.get(table.earlier()).add(table);
      atLayer.get(table.later()).add(table);
    }
    this.fromStart = new double[lattice.layers() + 1];
    this.toEnd = new double[lattice.layers() + 1];
  }

  /** One pass forwards and one back, after which no table has an entry below 0. */
  void sweep() {
    for (int layer = 0; layer < lattice.layers(); layer++) {
      visit(layer, true);
    }
    for (int layer = lattice.layers() - 1; layer >= 0; layer--) {
      visit(layer, false);
    }
  }

  long[] costs() {
    return costs.clone();
  }

  /** Items that are possible with some item of every other layer. */
  BitSet living() {
    BitSet living = Reducer.all(lattice.size());
    living.andNot(dead);
    return living;
  }

  private void visit(int layer, boolean forwards) {
    List<PairTable> tables = atLayer.get(layer);
    if (tables.isEmpty()) {
      return;
    }
    int later = 0;
    for (PairTable table : tables) {
      pull(table, layer);
      later += table.opposite(layer) > layer ? 1 : 0;
    }
    int ahead = forwards ? later : tables.size() - later;
    if (ahead > 0) {
      // All tables of the layer concern the same items, so each gets the same.
      long[] pushed =
          pushed(tables.getFirst().items(layer), Math.max(later, tables.size() - later));
      for (PairTable table : tables) {
        if (table.opposite(layer) > layer == forwards) {
          push(table, layer, pushed);
        }
      }
    }
  }

  private void pull(PairTable table, int layer) {
    int[] items = table.items(layer);
    long[] pulled = table.pulled(layer);
    for (int place = 0; place < items.length; place++) {
      if (pulled[place] >= PairTable.IMPOSSIBLE / 2) {
        dead.set(items[place]);
      } else {
        costs[items[place]] += pulled[place];
      }
    }
  }

  private void push(PairTable table, int layer, long[] pushed) {
    int[] items = table.items(layer);
    table.add(layer, pushed, 1);
    for (int place = 0; place < items.length; place++) {
      costs[items[place]] -= pushed[place];
    }
  }

  /** By place, a share of the difference between the best path with the item and the best path. */
  private long[] pushed(int[] items, int shares) {
    measure();
    long[] pushed = new long[items.length];
    for (int place = 0; place < items.length; place++) {
      int item = items[place];
      double detour =
          fromStart[lattice.first(item)] + weight(item) + toEnd[lattice.end(item)] - toEnd[0];
      if (detour > 0 && detour < LARGEST) {
        pushed[place] = (long) (detour / shares);
      }
    }
    return pushed;
  }

  private void measure() {
    Arrays.fill(fromStart, 1, fromStart.length, Double.POSITIVE_INFINITY);
    for (int item = 0; item < costs.length; item++) {
      int end = lattice.end(item);
      fromStart[end] = Math.min(fromStart[end], fromStart[lattice.first(item)] + weight(item));
    }
    Arrays.fill(toEnd, 0, toEnd.length - 1, Double.POSITIVE_INFINITY);
    for (int item = costs.length - 1; item >= 0; item--) {
      int first = lattice.first(item);
      toEnd[first] = Math.min(toEnd[first], weight(item) + toEnd[lattice.end(item)]);
    }
  }

  private double weight(int item) {
    return costs[item] + price[item];
  }
}
