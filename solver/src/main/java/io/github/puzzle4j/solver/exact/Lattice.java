package io.github.puzzle4j.solver.exact;

import io.github.puzzle4j.solver.backend.ChoiceModel;
import io.github.puzzle4j.solver.backend.ChoicePair;
import io.github.puzzle4j.solver.backend.ChoiceRow;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/**
 * A choice model in a compact layout: nodes are the boundaries between layers, items are edges from
 * the node before their first layer to the node after their last one, and choices are paths. Items
 * are numbered in the order of their start nodes. All numbers are integers.
 */
final class Lattice {

  private final int layers;
  private final int[] first;
  private final int[] end;
  private final int[] origin;
  private final int[] rowOrigin;
  private final long[] cost;
  private final long[][] use;
  private final long[] max;
  private final int[] offset;
  private final double[] costSize;
  private final double[][] useSize;

  private Lattice(
      int layers,
      int[] first,
      int[] end,
      int[] origin,
      int[] rowOrigin,
      long[] cost,
      long[][] use,
      long[] max) {
    this.layers = layers;
    this.first = first;
    this.end = end;
    this.origin = origin;
    this.rowOrigin = rowOrigin;
    this.cost = cost;
    this.use = use;
    this.max = max;
    this.offset = new int[layers + 2];
    for (int node : first) {
      offset[node + 1]++;
    }
    for (int node = 0; node <= layers; node++) {
      offset[node + 1] += offset[node];
    }
    this.costSize = sizes(cost);
    this.useSize = new double[use.length][];
    for (int row = 0; row < use.length; row++) {
      useSize[row] = sizes(use[row]);
    }
  }

  /** By node, the largest absolute value among the items that leave it. */
  private double[] sizes(long[] value) {
    double[] sizes = new double[layers];
    for (int item = 0; item < value.length; item++) {
      sizes[first[item]] = Math.max(sizes[first[item]], Math.abs((double) value[item]));
    }
    return sizes;
  }

  static Lattice of(ChoiceModel model) {
    int[] order = ordered(model.layers(), model.size(), model::firstLayer);
    List<ChoiceRow> rows = model.rows();
    long[][] use = new long[rows.size()][order.length];
    for (int row = 0; row < use.length; row++) {
      for (int item = 0; item < order.length; item++) {
        use[row][item] = rows.get(row).coefficient(order[item]);
      }
    }
    return new Lattice(
        model.layers(),
        IntStream.of(order).map(model::firstLayer).toArray(),
        IntStream.of(order).map(model::endLayer).toArray(),
        order,
        IntStream.range(0, use.length).toArray(),
        IntStream.of(order).mapToLong(model::objective).toArray(),
        use,
        rows.stream().mapToLong(ChoiceRow::max).toArray());
  }

  /** The items sorted by node, stable within a node. */
  private static int[] ordered(int layers, int size, IntUnaryOperator node) {
    int[] next = new int[layers + 1];
    for (int item = 0; item < size; item++) {
      next[node.applyAsInt(item) + 1]++;
    }
    for (int index = 0; index < layers; index++) {
      next[index + 1] += next[index];
    }
    int[] order = new int[size];
    for (int item = 0; item < size; item++) {
      order[next[node.applyAsInt(item)]++] = item;
    }
    return order;
  }

  int layers() {
    return layers;
  }

  int size() {
    return cost.length;
  }

  int rows() {
    return max.length;
  }

  /** First item that leaves the node; the items of the next node follow. */
  int from(int node) {
    return offset[node];
  }

  /** The node after the last layer that the item covers. */
  int end(int item) {
    return end[item];
  }

  /** The node before the first layer that the item covers. */
  int first(int item) {
    return first[item];
  }

  /** Item number in the model of the original lattice. */
  int origin(int item) {
    return origin[item];
  }

  /** Row number in the model of the original lattice. */
  int rowOrigin(int row) {
    return rowOrigin[row];
  }

  long cost(int item) {
    return cost[item];
  }

  long use(int row, int item) {
    return use[row][item];
  }

  long max(int row) {
    return max[row];
  }

  /** The largest absolute cost of the items that leave the node. */
  double costSize(int node) {
    return costSize[node];
  }

  /** The largest absolute use of the row among the items that leave the node. */
  double useSize(int row, int node) {
    return useSize[row][node];
  }

  /** By node, the smallest sum of the row over all paths to the end. */
  long[] leastToEnd(int row) {
    return shortestToEnd(use[row], 1);
  }

  /** By node, the largest sum of the row over all paths to the end. */
  long[] mostToEnd(int row) {
    long[] negated = shortestToEnd(use[row], -1);
    for (int node = 0; node < negated.length; node++) {
      negated[node] = -negated[node];
    }
    return negated;
  }

  /** By node, the smallest sum of the row over all paths from the start. */
  long[] leastFromStart(int row) {
    long[] least = new long[layers + 1];
    Arrays.fill(least, 1, layers + 1, Long.MAX_VALUE / 4);
    for (int item = 0; item < size(); item++) {
      least[end[item]] = Math.min(least[end[item]], least[first[item]] + use[row][item]);
    }
    return least;
  }

  private long[] shortestToEnd(long[] value, int sign) {
    long[] least = new long[layers + 1];
    for (int node = layers - 1; node >= 0; node--) {
      least[node] = Long.MAX_VALUE / 4;
      for (int item = offset[node]; item < offset[node + 1]; item++) {
        least[node] = Math.min(least[node], sign * value[item] + least[end[item]]);
      }
    }
    return least;
  }

  /** Whether the items of a path satisfy every row. */
  boolean admits(int[] path) {
    for (int row = 0; row < max.length; row++) {
      long sum = 0;
      for (int item : path) {
        sum += use[row][item];
      }
      if (sum > max[row]) {
        return false;
      }
    }
    return true;
  }

  /** Rows that some path violates; the others are redundant. */
  BitSet breakableRows() {
    BitSet breakable = new BitSet(max.length);
    for (int row = 0; row < max.length; row++) {
      breakable.set(row, mostToEnd(row)[0] > max[row]);
    }
    return breakable;
  }

  /** The sublattice with these items. */
  Lattice keep(BitSet items) {
    return rebuilt(
        items.stream().toArray(), IntStream.range(0, max.length).toArray(), layers, first, end);
  }

  /** The sublattice with these items and rows. */
  Lattice keep(BitSet items, BitSet rows) {
    int[] kept = items.stream().toArray();
    return rebuilt(kept, rows.stream().toArray(), layers, first, end);
  }

  /** The lattice with a smaller maximum of one row. */
  Lattice withLess(int row, long less) {
    long[] tighter = max.clone();
    tighter[row] -= less;
    return new Lattice(layers, first, end, origin, rowOrigin, cost, use, tighter);
  }

  /** The lattice with other costs, by item. */
  Lattice withCosts(long[] costs) {
    return new Lattice(layers, first, end, origin, rowOrigin, costs, use, max);
  }

  /**
   * The lattice with a further row.
   *
   * @param addedOrigin its number in {@link #rowOrigin}
   */
  Lattice with(long[] added, long addedMax, int addedOrigin) {
    int rows = max.length;
    long[][] uses = Arrays.copyOf(use, rows + 1);
    long[] maxima = Arrays.copyOf(max, rows + 1);
    int[] origins = Arrays.copyOf(rowOrigin, rows + 1);
    uses[rows] = added;
    maxima[rows] = addedMax;
    origins[rows] = addedOrigin;
    return new Lattice(layers, first, end, origin, origins, cost, uses, maxima);
  }

  /** The lattice with the use of a row as its cost, without that row. */
  Lattice towards(int row) {
    int[] others = IntStream.range(0, max.length).filter(other -> other != row).toArray();
    return new Lattice(
        layers,
        first,
        end,
        origin,
        IntStream.of(others).map(other -> rowOrigin[other]).toArray(),
        use[row],
        IntStream.of(others).mapToObj(other -> use[other]).toArray(long[][]::new),
        IntStream.of(others).mapToLong(other -> max[other]).toArray());
  }

  /**
   * An equivalent lattice with reordered segments. Segments are runs of layers whose ends no item
   * crosses.
   *
   * @param order first nodes of the segments in their new order
   * @param length by first node, number of layers of the segment
   */
  Lattice arranged(int[] order, int[] length) {
    int[] kept = new int[size()];
    int[] newFirst = new int[size()];
    int[] newEnd = new int[size()];
    int count = 0;
    int node = 0;
    for (int begin : order) {
      for (int item = offset[begin]; item < offset[begin + length[begin]]; item++) {
        kept[count++] = item;
        newFirst[item] = first[item] - begin + node;
        newEnd[item] = end[item] - begin + node;
      }
      node += length[begin];
    }
    return rebuilt(kept, IntStream.range(0, max.length).toArray(), layers, newFirst, newEnd);
  }

  /** The mirror image, with paths from end to start. Items are renumbered. */
  Lattice mirrored() {
    int[] newFirst = IntStream.of(end).map(node -> layers - node).toArray();
    int[] newEnd = IntStream.of(first).map(node -> layers - node).toArray();
    int[] order = ordered(layers, size(), item -> newFirst[item]);
    return rebuilt(order, IntStream.range(0, max.length).toArray(), layers, newFirst, newEnd);
  }

  private Lattice rebuilt(int[] items, int[] rows, int count, int[] newFirst, int[] newEnd) {
    long[][] keptUse = new long[rows.length][items.length];
    long[] keptMax = new long[rows.length];
    for (int row = 0; row < rows.length; row++) {
      keptMax[row] = max[rows[row]];
      for (int item = 0; item < items.length; item++) {
        keptUse[row][item] = use[rows[row]][items[item]];
      }
    }
    return new Lattice(
        count,
        IntStream.of(items).map(item -> newFirst[item]).toArray(),
        IntStream.of(items).map(item -> newEnd[item]).toArray(),
        IntStream.of(items).map(item -> origin[item]).toArray(),
        IntStream.of(rows).map(row -> rowOrigin[row]).toArray(),
        IntStream.of(items).mapToLong(item -> cost[item]).toArray(),
        keptUse,
        keptMax);
  }

  /** Converts it to a model; {@link #origin} maps its items to those of the original model. */
  ChoiceModel model() {
    List<ChoiceRow> rows = new ArrayList<>();
    for (int row = 0; row < max.length; row++) {
      rows.add(new ChoiceRow(use[row], max[row]));
    }
    return new ChoiceModel(layers, first, end, cost, rows);
  }

  /**
   * The part of the original model with these items, its objective and pairs included; rows are
   * those of the lattice.
   */
  ChoiceModel within(ChoiceModel original) {
    Map<Integer, Integer> places = new HashMap<>();
    for (int item = 0; item < size(); item++) {
      places.put(origin[item], item);
    }
    List<ChoicePair> pairs = new ArrayList<>();
    for (ChoicePair pair : original.pairs()) {
      Integer one = places.get(pair.one());
      Integer other = places.get(pair.other());
      if (one != null && other != null) {
        pairs.add(new ChoicePair(one, other, pair.objective()));
      }
    }
    return withCosts(IntStream.of(origin).mapToLong(original::objective).toArray())
        .model()
        .withPairs(pairs);
  }

  /** First nodes of the segments, and the end. */
  int[] segments() {
    List<Integer> starts = new ArrayList<>();
    int reached = 0;
    for (int node = 0; node < layers; node++) {
      if (reached <= node) {
        starts.add(node);
      }
      for (int item = offset[node]; item < offset[node + 1]; item++) {
        reached = Math.max(reached, end[item]);
      }
    }
    starts.add(layers);
    return starts.stream().mapToInt(Integer::intValue).toArray();
  }
}
