package io.github.puzzle4j.solver.exact;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * A lattice with reordered segments, for the search from both ends. Small segments come first and
 * last, large ones in the middle, which keeps the number of partial choices low.
 *
 * @param forward the reordered lattice, priced
 * @param backward its mirror image
 * @param middle the node where both directions meet
 */
record BidirectionalLattice(PricedLattice forward, PricedLattice backward, int middle) {

  static BidirectionalLattice of(PricedLattice priced) {
    Lattice lattice = priced.lattice();
    int[] segments = lattice.segments();
    int[] length = new int[lattice.layers() + 1];
    for (int index = 0; index + 1 < segments.length; index++) {
      length[segments[index]] = segments[index + 1] - segments[index];
    }
    Integer[] bySize =
        Arrays.stream(segments, 0, segments.length - 1).boxed().toArray(Integer[]::new);
    Arrays.sort(
        bySize,
        Comparator.comparingInt(
            begin -> lattice.from(begin + length[begin]) - lattice.from(begin) - length[begin]));
    int[] order = new int[bySize.length];
    for (int index = 0; index < bySize.length; index++) {
      int place = index / 2;
      order[index % 2 == 0 ? place : bySize.length - 1 - place] = bySize[index];
    }
    Lattice arranged = lattice.arranged(order, length);
    return new BidirectionalLattice(
        new PricedLattice(arranged, priced.prices()),
        new PricedLattice(arranged.mirrored(), priced.prices()),
        middle(arranged));
  }

  /** The node with about half of the items on either side. */
  private static int middle(Lattice lattice) {
    int spare = lattice.size() - lattice.layers();
    return IntStream.rangeClosed(0, lattice.layers())
        .filter(node -> 2 * (lattice.from(node) - node) >= spare)
        .findFirst()
        .orElse(lattice.layers());
  }
}
