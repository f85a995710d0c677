package io.github.puzzle4j.solver.exact;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Generates all partial choices from the start of a lattice to its middle with a small detour. The
 * total of a choice is the bound plus its detours plus the prices of unused capacity, so only
 * partial choices with small detours can be part of a better choice. If there are too many, the
 * maximum detour is lowered.
 */
final class LabelGenerator {

  private static final int ROOM = 4;
  private static final int HALVINGS = 40;

  /** Limit over all nodes, for memory; with many nodes each has fewer labels. */
  private static final int MAX_TOTAL = 50_000_000;

  /** Relative precision to which detours are sorted. */
  private static final double SORTED_TO = 1 + 1e-8;

  private final PricedLattice priced;
  private final Lattice lattice;
  private final int middle;
  private final int most;
  private final int wanted;
  private final Clock clock;
  private final List<Labels> byNode = new ArrayList<>();
  private final long[][] leastToEnd;
  private final long[][] mostToEnd;
  private final int[] lastEnd;
  private double reach;

  /**
   * @param most maximum number of labels per node; lower for lattices of very many layers
   * @param wanted number of choices to find
   */
  LabelGenerator(
      PricedLattice priced, int middle, double reach, int most, int wanted, Clock clock) {
    this.priced = priced;
    this.lattice = priced.lattice();
    this.middle = middle;
    this.reach = reach;
    this.most = Math.min(most, MAX_TOTAL / lattice.layers());
    this.wanted = wanted;
    this.clock = clock;
    this.leastToEnd = new long[lattice.rows()][];
    this.mostToEnd = new long[lattice.rows()][];
    for (int row = 0; row < lattice.rows(); row++) {
      leastToEnd[row] = lattice.leastToEnd(row);
      mostToEnd[row] = lattice.mostToEnd(row);
    }
    this.lastEnd = new int[lattice.layers()];
    for (int item = 0; item < lattice.size(); item++) {
      lastEnd[lattice.first(item)] = Math.max(lastEnd[lattice.first(item)], lattice.end(item));
    }
    for (int node = 0; node <= lattice.layers(); node++) {
      byNode.add(new Labels(lattice.rows(), 0));
    }
  }

  /** Detour up to which the labels are complete, after {@link #grow} has ended. */
  double reach() {
    return reach;
  }

  /**
   * Creates the labels of all nodes up to the middle, and of nodes beyond it that an item from
   * before the middle reaches.
   */
  void grow() {
    byNode.set(0, Labels.root(lattice.rows()));
    List<List<Integer>> entering = entering();
    for (int node = 1; node <= lattice.layers(); node++) {
      List<Integer> items = entering.get(node);
      if (!items.isEmpty()) {
        reach = Math.min(reach, affordable(items));
        Labels labels = new Labels(lattice.rows(), 0);
        items.forEach(item -> push(item, labels));
        if (labels.size() > most) {
          reach = Math.min(reach, labels.quantile(most));
        }
        byNode.set(node, labels.below(reach).undominated(wanted));
        items.forEach(this::releaseAfter);
      }
    }
  }

  /** Frees the use of a node's labels after the last item that leaves it was processed. */
  private void releaseAfter(int item) {
    int node = lattice.first(item);
    if (lastEnd[node] == lattice.end(item) && lastEnd[node] <= middle) {
      byNode.get(node).release();
    }
  }

  /** By node, the items that reach it from before the middle, by ascending detour. */
  private List<List<Integer>> entering() {
    List<List<Integer>> entering = new ArrayList<>();
    for (int node = 0; node <= lattice.layers(); node++) {
      entering.add(new ArrayList<>());
    }
    for (int item = 0; item < lattice.from(middle); item++) {
      entering.get(lattice.end(item)).add(item);
    }
    entering.forEach(items -> items.sort(Comparator.comparingDouble(priced::detour)));
    return entering;
  }

  /** The largest reach at which the items create no more labels than fit. */
  private double affordable(List<Integer> items) {
    long room = (long) ROOM * most;
    if (count(items, reach) <= room) {
      return reach;
    }
    double low = 0;
    double high = Math.min(reach, longest(items));
    for (int step = 0; step < HALVINGS; step++) {
      double middleReach = (low + high) / 2;
      if (count(items, middleReach) <= room) {
        low = middleReach;
      } else {
        high = middleReach;
      }
    }
    return low;
  }

  private double longest(List<Integer> items) {
    double longest = 0;
    for (int item : items) {
      Labels from = byNode.get(lattice.first(item));
      if (from.size() > 0) {
        longest = Math.max(longest, from.detour(from.size() - 1) + priced.detour(item));
      }
    }
    return longest * SORTED_TO;
  }

  private long count(List<Integer> items, double limit) {
    long count = 0;
    for (int item : items) {
      count += byNode.get(lattice.first(item)).countBelow(limit - priced.detour(item));
    }
    return count;
  }

  Labels labels(int node) {
    return byNode.get(node);
  }

  /** Items of a label, last one first. */
  List<Integer> items(int node, int label) {
    List<Integer> items = new ArrayList<>();
    int at = node;
    int current = label;
    while (at > 0) {
      Labels labels = byNode.get(at);
      int item = labels.item(current);
      items.add(item);
      current = labels.parent(current);
      at = lattice.first(item);
    }
    return items;
  }

  private void push(int item, Labels to) {
    if (clock.isOver()) {
      reach = 0;
      return;
    }
    Labels from = byNode.get(lattice.first(item));
    int end = lattice.end(item);
    double own = Math.max(0, priced.detour(item));
    for (int label = 0; label < from.size(); label++) {
      double detour = from.detour(label) + own;
      if (detour >= reach) {
        if (detour >= reach * SORTED_TO) {
          return;
        }
      } else if (to.size() == Labels.MAX) {
        // Many detours are within the precision of the sort, so the estimate was too low.
        reach = 0;
        return;
      } else if (canImprove(from, label, item, end, detour)) {
        to.add(from, label, item, detour, lattice);
      }
    }
  }

  /** Whether the rows can still be satisfied, without leaving too much of their capacity unused. */
  private boolean canImprove(Labels from, int label, int item, int end, double detour) {
    double total = detour;
    for (int row = 0; row < leastToEnd.length; row++) {
      long left = lattice.max(row) - from.use(row, label) - lattice.use(row, item);
      if (left < leastToEnd[row][end]) {
        return false;
      }
      long unused = left - mostToEnd[row][end];
      if (unused > 0) {
        total += priced.price(row) * unused;
      }
    }
    return total < reach;
  }
}
