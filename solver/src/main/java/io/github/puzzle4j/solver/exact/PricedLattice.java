package io.github.puzzle4j.solver.exact;

import java.util.Arrays;

/**
 * A lattice whose rows are relaxed with prices (Lagrange multipliers): the weight of an item is its
 * cost plus the price of its use, and the shortest path is a lower bound for every choice that
 * satisfies the rows. Bounds are lowered by more than the rounding error of their doubles.
 */
final class PricedLattice {

  private final Lattice lattice;
  private final double[] prices;
  private final double[] weight;
  private final double constant;
  private final double[] toEnd;
  private final int[] next;
  private final double rounding;

  /**
   * @param prices by row, in objective units per unit of the row, at least 0
   */
  PricedLattice(Lattice lattice, double[] prices) {
    this.lattice = lattice;
    this.prices = prices.clone();
    this.weight = new double[lattice.size()];
    for (int item = 0; item < weight.length; item++) {
      weight[item] = lattice.cost(item);
    }
    double paid = 0;
    double size = 0;
    for (int row = 0; row < prices.length; row++) {
      if (prices[row] != 0) {
        paid -= prices[row] * lattice.max(row);
        size += Math.abs(prices[row] * lattice.max(row));
        for (int item = 0; item < weight.length; item++) {
          weight[item] += prices[row] * lattice.use(row, item);
        }
      }
    }
    this.constant = paid;
    int layers = lattice.layers();
    this.toEnd = new double[layers + 1];
    this.next = new int[layers];
    this.rounding = measure(layers, size);
  }

  /**
   * Computes the shortest paths to the end; returns an upper bound of the rounding error on any of
   * them.
   */
  private double measure(int layers, double constantSize) {
    double size = constantSize;
    for (int node = layers - 1; node >= 0; node--) {
      toEnd[node] = Double.POSITIVE_INFINITY;
      for (int item = lattice.from(node); item < lattice.from(node + 1); item++) {
        double length = weight[item] + toEnd[lattice.end(item)];
        if (length < toEnd[node]) {
          toEnd[node] = length;
          next[node] = item;
        }
      }
      // A weight may be small because large terms cancel; the rounding error follows the terms.
      size += lattice.costSize(node);
      for (int row = 0; row < prices.length; row++) {
        size += prices[row] * lattice.useSize(row, node);
      }
    }
    // Every number here is a sum of at most this many rounded terms, none larger than size.
    return 4 * Math.ulp(1.0) * (layers + prices.length + 4) * size;
  }

  Lattice lattice() {
    return lattice;
  }

  /** Upper bound of the absolute cost of any path; at least 1. */
  double costSize() {
    double size = 1;
    for (int node = 0; node < lattice.layers(); node++) {
      size += lattice.costSize(node);
    }
    return size;
  }

  double price(int row) {
    return prices[row];
  }

  double[] prices() {
    return prices.clone();
  }

  /** By row of the original model, which has this many rows; 0 for removed rows. */
  double[] pricesByOrigin(int rows) {
    double[] all = new double[rows];
    for (int row = 0; row < prices.length; row++) {
      all[lattice.rowOrigin(row)] = prices[row];
    }
    return all;
  }

  /** Upper bound of the rounding error in the sum of weights along any path. */
  double rounding() {
    return rounding;
  }

  /** Lower bound of the objective of all choices that satisfy the rows. */
  double bound() {
    return toEnd[0] + constant - rounding;
  }

  /**
   * Difference between the shortest path to the end through the item and the shortest path to the
   * end; at least 0.
   */
  double detour(int item) {
    return weight[item] + toEnd[lattice.end(item)] - toEnd[lattice.first(item)];
  }

  /**
   * Difference between the shortest path through the node and the shortest path; at least 0.
   *
   * @param mirrored the mirrored lattice under the same prices
   */
  double nodeDetour(int node, PricedLattice mirrored) {
    return toEnd[node] + mirrored.toEnd[lattice.layers() - node] - toEnd[0];
  }

  /** By item, lower bound of all choices that contain it. */
  double[] boundsByItem() {
    double[] fromStart = new double[toEnd.length];
    Arrays.fill(fromStart, 1, fromStart.length, Double.POSITIVE_INFINITY);
    double[] bounds = new double[weight.length];
    for (int item = 0; item < weight.length; item++) {
      double before = fromStart[lattice.first(item)];
      int end = lattice.end(item);
      fromStart[end] = Math.min(fromStart[end], before + weight[item]);
      bounds[item] = before + weight[item] + toEnd[end] + constant - rounding;
    }
    return bounds;
  }

  /** The shortest path, ignoring the rows. */
  int[] path() {
    int[] path = new int[lattice.layers()];
    int length = 0;
    for (int node = 0; node < lattice.layers(); node = lattice.end(next[node])) {
      path[length++] = next[node];
    }
    return Arrays.copyOf(path, length);
  }
}
