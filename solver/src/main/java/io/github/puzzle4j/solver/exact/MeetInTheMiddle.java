package io.github.puzzle4j.solver.exact;

import java.util.Arrays;
import java.util.List;

/**
 * Meet-in-the-middle search: joins partial choices from the start and from the end if together they
 * satisfy the rows and improve on the incumbents (after Horowitz and Sahni, Journal of the ACM 21,
 * 1974). Both sides are trees of boxes; pairs of boxes without such a pair of labels are pruned.
 */
final class MeetInTheMiddle {

  private static final int JOINS_BETWEEN_LOOKS_AT_THE_CLOCK = 1 << 10;

  private final PricedLattice forward;
  private final PricedLattice backward;
  private final Lattice lattice;
  private final int middle;
  private final Incumbents incumbents;
  private final Clock clock;
  private final double bound;
  private final LabelGenerator front;
  private final LabelGenerator back;
  private LabelTree fronts;
  private LabelTree backs;
  private int node;
  private double overlap;
  private int joins;
  private boolean cutShort;

  private MeetInTheMiddle(
      BidirectionalLattice arrangement,
      double reach,
      int most,
      Incumbents incumbents,
      Clock clock) {
    this.forward = arrangement.forward();
    this.backward = arrangement.backward();
    this.lattice = forward.lattice();
    this.middle = arrangement.middle();
    this.incumbents = incumbents;
    this.clock = clock;
    this.bound = forward.bound();
    this.front = new LabelGenerator(forward, middle, reach, reach, most, incumbents, clock);
    front.grow();
    this.back =
        new LabelGenerator(
            backward,
            lattice.layers() - middle,
            front.reach(),
            front.limit(),
            most,
            incumbents,
            clock);
    back.grow();
    this.fronts = new LabelTree(new Labels(lattice.rows(), 0), new double[lattice.rows()]);
    this.backs = fronts;
  }

  /**
   * Adds the best choices whose total is within {@code reach} of the bound to the incumbents.
   *
   * @param reach maximum distance from the bound
   * @param most labels per node and direction
   * @return distance from the bound up to which the search was complete; less than {@code reach} if
   *     there were too many labels or the time ended
   */
  static double within(
      BidirectionalLattice arrangement,
      double reach,
      int most,
      Incumbents incumbents,
      Clock clock) {
    MeetInTheMiddle meeting = new MeetInTheMiddle(arrangement, reach, most, incumbents, clock);
    meeting.join();
    return meeting.cutShort ? 0 : Math.min(meeting.front.reach(), meeting.back.reach());
  }

  private void join() {
    double[] weights = new double[lattice.rows()];
    Arrays.setAll(weights, forward::price);
    for (node = middle; node <= lattice.layers(); node++) {
      Labels before = front.labels(node);
      Labels after = back.labels(lattice.layers() - node);
      if (before.size() > 0 && after.size() > 0) {
        overlap = forward.nodeDetour(node, backward);
        fronts = new LabelTree(before, weights);
        backs = new LabelTree(after, weights);
        join(fronts.root(), backs.root());
      }
    }
  }

  private void join(int one, int other) {
    if (++joins % JOINS_BETWEEN_LOOKS_AT_THE_CLOCK == 0 && clock.isOver()) {
      cutShort = true;
    }
    if (cutShort || isPruned(one, other)) {
      return;
    }
    boolean leaf = fronts.isLeaf(one);
    if (leaf && backs.isLeaf(other)) {
      compare(one, other);
    } else if (leaf || (!backs.isLeaf(other) && backs.count(other) > fronts.count(one))) {
      int left = backs.left(other);
      boolean swap = backs.leastDetour(left + 1) < backs.leastDetour(left);
      join(one, swap ? left + 1 : left);
      join(one, swap ? left : left + 1);
    } else {
      int left = fronts.left(one);
      boolean swap = fronts.leastDetour(left + 1) < fronts.leastDetour(left);
      join(swap ? left + 1 : left, other);
      join(swap ? left : left + 1, other);
    }
  }

  private boolean isPruned(int one, int other) {
    long limit = incumbents.limit();
    if (fronts.leastCost(one) + backs.leastCost(other) >= limit) {
      return true;
    }
    double total = bound + fronts.leastDetour(one) + backs.leastDetour(other) - overlap;
    for (int row = 0; row < lattice.rows(); row++) {
      long max = lattice.max(row);
      if (fronts.leastUse(row, one) + backs.leastUse(row, other) > max) {
        return true;
      }
      long unused = max - fronts.mostUse(row, one) - backs.mostUse(row, other);
      if (unused > 0) {
        total += forward.price(row) * unused;
      }
    }
    return incumbents.prunes(total - forward.rounding());
  }

  private void compare(int one, int other) {
    Labels before = fronts.labels();
    Labels after = backs.labels();
    for (int i = fronts.begin(one); i < fronts.end(one); i++) {
      int label = fronts.label(i);
      for (int j = backs.begin(other); j < backs.end(other); j++) {
        int partner = backs.label(j);
        long cost = before.cost(label) + after.cost(partner);
        if (cost < incumbents.limit() && fit(before, label, after, partner)) {
          incumbents.offer(cost, items(label, partner));
        }
      }
    }
  }

  private boolean fit(Labels before, int label, Labels after, int partner) {
    for (int row = 0; row < lattice.rows(); row++) {
      if (before.use(row, label) + after.use(row, partner) > lattice.max(row)) {
        return false;
      }
    }
    return true;
  }

  private int[] items(int label, int partner) {
    List<Integer> first = front.items(node, label);
    List<Integer> second = back.items(lattice.layers() - node, partner);
    int[] items = new int[first.size() + second.size()];
    int count = 0;
    for (int item : first) {
      items[count++] = lattice.origin(item);
    }
    for (int item : second) {
      items[count++] = backward.lattice().origin(item);
    }
    return items;
  }
}
