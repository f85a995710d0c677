package io.github.puzzle4j.solver.exact;

import java.util.Arrays;

/**
 * Labels of one node, as in label-setting algorithms for constrained shortest paths: partial
 * choices that end at the node, with cost, use of each row, detour and predecessor.
 */
final class Labels {

  private static final int INDEX_BITS = 23;

  /** Largest number of labels that can be sorted. */
  static final int MAX = 1 << INDEX_BITS;

  private static final int COMPARED = 48;

  private long[] cost;
  private final long[][] use;
  private double[] detour;
  private int[] parent;
  private int[] item;
  private int size;

  Labels(int rows, int capacity) {
    this.cost = new long[capacity];
    this.use = new long[rows][capacity];
    this.detour = new double[capacity];
    this.parent = new int[capacity];
    this.item = new int[capacity];
  }

  /** The empty choice, from which all others are extended. */
  static Labels root(int rows) {
    Labels root = new Labels(rows, 1);
    root.size = 1;
    root.item[0] = -1;
    return root;
  }

  int size() {
    return size;
  }

  long cost(int label) {
    return cost[label];
  }

  long use(int row, int label) {
    return use[row][label];
  }

  double detour(int label) {
    return detour[label];
  }

  /** Predecessor label, at the node where this label's last item begins. */
  int parent(int label) {
    return parent[label];
  }

  /** Last item; -1 for the empty choice. */
  int item(int label) {
    return item[label];
  }

  /** Adds a label that extends another one by an item. */
  void add(Labels from, int label, int next, double nextDetour, Lattice lattice) {
    if (size == cost.length) {
      grow();
    }
    cost[size] = from.cost[label] + lattice.cost(next);
    for (int row = 0; row < use.length; row++) {
      use[row][size] = from.use[row][label] + lattice.use(row, next);
    }
    detour[size] = nextDetour;
    parent[size] = label;
    item[size] = next;
    size++;
  }

  /** Frees everything except predecessors and items. */
  void release() {
    cost = new long[0];
    Arrays.fill(use, new long[0]);
    detour = new double[0];
  }

  private void grow() {
    int capacity = Math.max(16, 2 * size);
    cost = Arrays.copyOf(cost, capacity);
    for (int row = 0; row < use.length; row++) {
      use[row] = Arrays.copyOf(use[row], capacity);
    }
    detour = Arrays.copyOf(detour, capacity);
    parent = Arrays.copyOf(parent, capacity);
    item = Arrays.copyOf(item, capacity);
  }

  /** Approximate number of labels with a detour below the limit. Requires sorted labels. */
  int countBelow(double limit) {
    int low = 0;
    int high = size;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (detour[middle] < limit) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** The detour below which this number of labels lies. */
  double quantile(int count) {
    double[] sorted = Arrays.copyOf(detour, size);
    Arrays.sort(sorted);
    return sorted[count];
  }

  /** Number of labels with a detour below the limit, in any order. */
  int countUnder(double limit) {
    int count = 0;
    for (int label = 0; label < size; label++) {
      count += detour[label] < limit ? 1 : 0;
    }
    return count;
  }

  /** The first labels. */
  Labels first(int count) {
    int[] first = new int[count];
    Arrays.setAll(first, label -> label);
    return picked(first);
  }

  /** Labels with a detour below the limit, by ascending detour. */
  Labels below(double limit) {
    return picked(order(limit));
  }

  /**
   * Labels that fewer than {@code times} others dominate (no more cost, no more use of any row).
   * Requires labels sorted by detour. Each is compared only with the few dozen labels that have
   * dominated most so far, so some dominated labels may remain.
   *
   * @param slack by how much more a dominated label must cost
   */
  Labels undominated(int times, long slack) {
    int[] kept = new int[size];
    EqualUseCounter same = new EqualUseCounter(cost, use, size, slack);
    int[] champions = new int[COMPARED];
    int known = 0;
    int count = 0;
    for (int label = 0; label < size; label++) {
      int replacements = 0;
      for (int place = 0; place < known && replacements < times; place++) {
        if (replaces(champions[place], label, slack)) {
          replacements++;
          if (place > 0) {
            int champion = champions[place];
            champions[place] = champions[place / 2];
            champions[place / 2] = champion;
          }
        }
      }
      // Both counts may include the same labels, so they are not added.
      if (Math.max(replacements, same.countEarlier(label, times)) < times) {
        kept[count++] = label;
        if (known < COMPARED) {
          champions[known++] = label;
        } else {
          champions[COMPARED / 2 + count % (COMPARED / 2)] = label;
        }
      }
    }
    return count == size ? this : picked(Arrays.copyOf(kept, count));
  }

  private boolean replaces(int better, int label, long slack) {
    if (cost[better] > cost[label] - slack) {
      return false;
    }
    for (long[] row : use) {
      if (row[better] > row[label]) {
        return false;
      }
    }
    return true;
  }

  /** Sorts by detour, up to negligible differences: the lowest bits hold the index. */
  private int[] order(double limit) {
    long[] keys = new long[size];
    int count = 0;
    for (int label = 0; label < size; label++) {
      if (detour[label] < limit) {
        long bits = Double.doubleToRawLongBits(Math.max(0, detour[label]));
        keys[count++] = bits >>> INDEX_BITS << INDEX_BITS | label;
      }
    }
    Arrays.sort(keys, 0, count);
    int[] order = new int[count];
    for (int index = 0; index < count; index++) {
      order[index] = (int) (keys[index] & (1L << INDEX_BITS) - 1);
    }
    return order;
  }

  private Labels picked(int[] labels) {
    Labels picked = new Labels(use.length, labels.length);
    picked.size = labels.length;
    for (int index = 0; index < labels.length; index++) {
      int label = labels[index];
      picked.cost[index] = cost[label];
      picked.detour[index] = detour[label];
      picked.parent[index] = parent[label];
      picked.item[index] = item[label];
    }
    for (int row = 0; row < use.length; row++) {
      for (int index = 0; index < labels.length; index++) {
        picked.use[row][index] = use[row][labels[index]];
      }
    }
    return picked;
  }
}
