package io.github.puzzle4j.solver.exact;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Generates all partial choices from the start of a lattice to its middle with a small detour. The
 * total of a choice is the bound plus its detours plus the prices of unused capacity, so only
 * partial choices with small detours can be part of a better choice. If there are too many, the
 * maximum detour is lowered. If too many have the same detour, they are all missing; where any
 * choice will do, some of them are kept.
 */
final class LabelGenerator {

  private static final int ROOM = 4;
  private static final int HALVINGS = 40;

  /** Number of labels with which equal ones are sampled; more are for proofs. */
  private static final int MAX_SAMPLE = 1000;

  /** Number of times that dominated labels of a node make room for others. */
  private static final int FILTERS = 2;

  /** Limit over all nodes, for memory; with many nodes each has fewer labels. */
  private static final int MAX_TOTAL = 50_000_000;

  /** Relative precision to which detours are sorted. */
  private static final double SORTED_TO = 1 + 1e-8;

  private final PricedLattice priced;
  private final Lattice lattice;
  private final int middle;
  private final int most;
  private final Incumbents incumbents;
  private final boolean sampling;
  private final Clock clock;
  private final List<Labels> byNode = new ArrayList<>();
  private final long[][] leastToEnd;
  private final long[][] mostToEnd;
  private final int[] lastEnd;
  private double reach;
  private double limit;

  /**
   * @param reach maximum detour up to which no label is missing
   * @param limit maximum detour of labels, at least {@code reach}
   * @param most maximum number of labels per node; lower for lattices of very many layers
   */
  LabelGenerator(
      PricedLattice priced,
      int middle,
      double reach,
      double limit,
      int most,
      Incumbents incumbents,
      Clock clock) {
    this.priced = priced;
    this.lattice = priced.lattice();
    this.middle = middle;
    this.reach = reach;
    this.limit = limit;
    this.most = Math.min(most, MAX_TOTAL / lattice.layers());
    this.incumbents = incumbents;
    this.sampling = incumbents.any() && most <= MAX_SAMPLE;
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

  /** Detour up to which there are labels, possibly not all, after {@link #grow} has ended. */
  double limit() {
    return limit;
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
        narrow(items);
        byNode.set(node, kept(pushed(items)));
        items.forEach(this::releaseAfter);
      }
    }
  }

  /** The labels that the items create, as many as there is room for. */
  private Labels pushed(List<Integer> items) {
    long room = (long) ROOM * most;
    Labels labels = new Labels(lattice.rows(), 0);
    int filters = 0;
    for (int item : items) {
      int more = byNode.get(lattice.first(item)).countBelow(limit - priced.detour(item));
      if (labels.size() + more > room && filters++ < FILTERS) {
        labels = undominated(labels);
      }
      if (labels.size() + more > room) {
        reach = Math.min(reach, priced.detour(item));
        return labels;
      }
      push(item, labels);
    }
    return labels;
  }

  /**
   * The labels with the smallest detours that are not dominated. If many are equal, what is
   * dominated goes first, and then some of the equal ones: they may lead to good choices, though
   * not to a proof.
   */
  private Labels kept(Labels labels) {
    if (labels.size() <= most) {
      return undominated(labels);
    }
    double cut = labels.quantile(most);
    if (labels.countUnder(cut - priced.rounding()) >= most / 2) {
      narrow(cut, cut);
      return undominated(labels);
    }
    Labels left = undominated(labels);
    if (left.size() <= most) {
      return left;
    }
    double last = left.detour(most);
    narrow(last / SORTED_TO, sampling ? last + 2 * priced.rounding() : last / SORTED_TO);
    return left.first(sampling ? most : left.countBelow(limit));
  }

  /** Sorted by detour. */
  private Labels undominated(Labels labels) {
    return labels.below(limit).undominated(incumbents.dominators(), incumbents.slack());
  }

  private void narrow(double complete, double kept) {
    reach = Math.min(reach, complete);
    limit = Math.min(limit, kept);
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

  /**
   * Lowers the reach so that the items create no more labels than fit, or somewhat more if many are
   * equal.
   */
  private void narrow(List<Integer> items) {
    long room = (long) ROOM * most;
    if (count(items, limit) <= room) {
      return;
    }
    double low = 0;
    double high = Math.min(limit, longest(items));
    for (int step = 0; step < HALVINGS; step++) {
      double middleReach = (low + high) / 2;
      if (count(items, middleReach) <= room) {
        low = middleReach;
      } else {
        high = middleReach;
      }
    }
    narrow(low, sampling && count(items, low) < most ? high + 2 * priced.rounding() : low);
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

  private long count(List<Integer> items, double below) {
    long count = 0;
    for (int item : items) {
      count += byNode.get(lattice.first(item)).countBelow(below - priced.detour(item));
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
      if (detour >= limit) {
        if (detour >= limit * SORTED_TO) {
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
    return total < limit;
  }
}
