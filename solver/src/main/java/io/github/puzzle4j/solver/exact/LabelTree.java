package io.github.puzzle4j.solver.exact;

import java.util.Arrays;

/**
 * Labels in a binary tree of bounding boxes, so that whole groups can be pruned. A box stores the
 * minimum cost and detour of its labels, and the minimum and maximum use of each row.
 */
final class LabelTree {

  private static final int LEAF = 8;

  private final Labels labels;
  private final int rows;
  private final double[] weights;
  private final int[] order;
  private final int[] begin;
  private final int[] end;
  private final int[] left;
  private final long[] leastCost;
  private final double[] leastDetour;
  private final long[][] leastUse;
  private final long[][] mostUse;
  private int boxes;

  /**
   * @param weights by row, weight of one unit of use relative to one unit of detour
   */
  LabelTree(Labels labels, double[] weights) {
    this.labels = labels;
    this.rows = weights.length;
    this.weights = weights;
    this.order = new int[labels.size()];
    Arrays.setAll(order, label -> label);
    int most = 2 * (2 * labels.size() / LEAF + 1) + 1;
    this.begin = new int[most];
    this.end = new int[most];
    this.left = new int[most];
    this.leastCost = new long[most];
    this.leastDetour = new double[most];
    this.leastUse = new long[rows][most];
    this.mostUse = new long[rows][most];
    build(0, labels.size());
  }

  Labels labels() {
    return labels;
  }

  int root() {
    return 0;
  }

  boolean isLeaf(int box) {
    return left[box] == 0;
  }

  /** First half of the box; the second half is the box after it. */
  int left(int box) {
    return left[box];
  }

  int begin(int box) {
    return begin[box];
  }

  int end(int box) {
    return end[box];
  }

  int count(int box) {
    return end[box] - begin[box];
  }

  /** The label at a position between a box's begin and end. */
  int label(int place) {
    return order[place];
  }

  long leastCost(int box) {
    return leastCost[box];
  }

  double leastDetour(int box) {
    return leastDetour[box];
  }

  long leastUse(int row, int box) {
    return leastUse[row][box];
  }

  long mostUse(int row, int box) {
    return mostUse[row][box];
  }

  private void build(int from, int to) {
    boxes = 1;
    fill(0, from, to);
    for (int box = 0; box < boxes; box++) {
      if (end[box] - begin[box] > LEAF) {
        int middle = (begin[box] + end[box]) >>> 1;
        split(box, middle);
        left[box] = boxes;
        fill(boxes++, begin[box], middle);
        fill(boxes++, middle, end[box]);
      }
    }
  }

  private void fill(int box, int from, int to) {
    begin[box] = from;
    end[box] = to;
    leastCost[box] = Long.MAX_VALUE;
    leastDetour[box] = Double.POSITIVE_INFINITY;
    for (int place = from; place < to; place++) {
      leastCost[box] = Math.min(leastCost[box], labels.cost(order[place]));
      leastDetour[box] = Math.min(leastDetour[box], labels.detour(order[place]));
    }
    for (int row = 0; row < rows; row++) {
      long least = Long.MAX_VALUE;
      long most = Long.MIN_VALUE;
      for (int place = from; place < to; place++) {
        long use = labels.use(row, order[place]);
        least = Math.min(least, use);
        most = Math.max(most, use);
      }
      leastUse[row][box] = least;
      mostUse[row][box] = most;
    }
  }

  /** Splits the box along its widest dimension. */
  private void split(int box, int middle) {
    int widest = -1;
    double lowest = Double.POSITIVE_INFINITY;
    double highest = 0;
    for (int place = begin[box]; place < end[box]; place++) {
      lowest = Math.min(lowest, labels.detour(order[place]));
      highest = Math.max(highest, labels.detour(order[place]));
    }
    double width = highest - lowest;
    for (int row = 0; row < rows; row++) {
      double own = weights[row] * ((double) mostUse[row][box] - leastUse[row][box]);
      if (own > width) {
        width = own;
        widest = row;
      }
    }
    select(begin[box], end[box] - 1, middle, widest);
  }

  private double key(int label, int row) {
    return row < 0 ? labels.detour(label) : labels.use(row, label);
  }

  /** Quickselect: afterwards no label before the middle has a larger key than one after it. */
  private void select(int from, int to, int middle, int row) {
    int low = from;
    int high = to;
    while (low < high) {
      double pivot = key(order[(low + high) >>> 1], row);
      int i = low;
      int j = high;
      while (i <= j) {
        while (key(order[i], row) < pivot) {
          i++;
        }
        while (key(order[j], row) > pivot) {
          j--;
        }
        if (i <= j) {
          int swapped = order[i];
          order[i++] = order[j];
          order[j--] = swapped;
        }
      }
      if (middle <= j) {
        high = j;
      } else if (middle >= i) {
        low = i;
      } else {
        return;
      }
    }
  }
}
