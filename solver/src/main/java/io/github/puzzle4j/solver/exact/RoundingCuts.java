package io.github.puzzle4j.solver.exact;

import java.util.Arrays;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Adds rows that every choice satisfies and the linear relaxation does not, by mixed-integer
 * rounding (Marchand and Wolsey, Operations Research 49, 2001). If costs are nearly multiples of
 * one number, the relaxation spends the remainder of a limit on fractions of it. The rounded row
 * forbids that.
 *
 * <p>If a sum of integers a is at most b, then for any divisor d and r = b mod d the sum of F(a) is
 * at most F(b), with F(a) = (d - r) floor(a / d) + max(0, a mod d - r).
 */
final class RoundingCuts {

  /** Maximum number of rows that are added. */
  static final int MAX = 4;

  /** Number of cuts that may fail to raise the bound. */
  private static final int REJECTED = 3;

  /** Least gain that is worth a row, relative to the distance from the bound that was searched. */
  private static final double WORTHWHILE = 0.25;

  /** Number of paths of the relaxed solution from which uses are measured. */
  private static final int ORIGINS = 2;

  private final int rows;
  private final Incumbents incumbents;
  private final Clock clock;
  private final int before;
  private final Set<Long> tried = new HashSet<>();
  private Lattice lattice;
  private ColumnGeneration.Relaxed relaxed;

  private RoundingCuts(
      Lattice lattice, double[] start, int rows, Incumbents incumbents, Clock clock) {
    this.rows = rows;
    this.incumbents = incumbents;
    this.clock = clock;
    this.lattice = lattice;
    this.before = lattice.rows();
    this.relaxed = ColumnGeneration.solved(lattice, start, incumbents, clock);
  }

  /**
   * A row and how to round it.
   *
   * @param path items of which nothing is lost by rounding
   * @param gain estimate of how much it raises the bound
   */
  private record Cut(int row, long divisor, List<Integer> path, double gain) {

    private static final Cut NONE = new Cut(0, 1, List.of(), 0);

    static Cut better(Cut one, Cut other) {
      return other.gain > one.gain ? other : one;
    }
  }

  /** What an item of the relaxed solution uses of a row, and its share. */
  private record Use(long use, double share) {}

  /**
   * The lattice with further rows under its best prices. The origins of the further rows are {@code
   * rows} to {@code rows + MAX - 1}.
   *
   * @param start initial prices by origin, at least {@code rows + MAX}
   * @param covered distance from the bound in which the search has been complete
   */
  static PricedLattice applied(
      Lattice lattice,
      double[] start,
      int rows,
      double covered,
      Incumbents incumbents,
      Clock clock) {
    RoundingCuts cuts = new RoundingCuts(lattice, start, rows, incumbents, clock);
    cuts.search(Math.max(1, WORTHWHILE * covered));
    return cuts.withoutUnpriced();
  }

  /** Keeps the cuts that raise the bound by at least this. */
  private void search(double least) {
    int rejected = 0;
    while (rejected < REJECTED && lattice.rows() - before < MAX && !clock.isOver()) {
      Cut cut = best();
      if (cut.gain() < least) {
        return;
      }
      Lattice tighter = with(cut, rows + lattice.rows() - before);
      double[] prices = priced().pricesByOrigin(rows + MAX);
      ColumnGeneration.Relaxed next = ColumnGeneration.solved(tighter, prices, incumbents, clock);
      double bound = next.priced().getFirst().bound();
      if (bound - priced().bound() >= least || incumbents.prunes(bound)) {
        lattice = tighter;
        relaxed = next;
      } else {
        tried.add(cut.divisor());
        rejected++;
      }
      if (incumbents.prunes(bound)) {
        return;
      }
    }
  }

  private PricedLattice priced() {
    return relaxed.priced().getFirst();
  }

  private PricedLattice withoutUnpriced() {
    PricedLattice all = priced();
    BitSet items = new BitSet();
    items.set(0, lattice.size());
    BitSet kept = new BitSet();
    for (int row = 0; row < lattice.rows(); row++) {
      kept.set(row, lattice.rowOrigin(row) < rows || all.price(row) > 0);
    }
    double[] prices = kept.stream().mapToDouble(all::price).toArray();
    return new PricedLattice(lattice.keep(items, kept), prices);
  }

  /** The cut with the largest gain. */
  private Cut best() {
    Cut best = Cut.NONE;
    for (int row = 0; row < lattice.rows(); row++) {
      if (priced().price(row) > 0) {
        for (ColumnGeneration.WeightedPath path : relaxed.mix().stream().limit(ORIGINS).toList()) {
          best = Cut.better(best, best(row, path.items()));
        }
      }
    }
    return best;
  }

  /** The best divisor among the uses of items where the relaxed solution mixes several. */
  private Cut best(int row, List<Integer> path) {
    long[] origin = origin(row, path);
    List<Use> uses = uses(row, origin);
    BitSet mixed = new BitSet();
    for (ColumnGeneration.WeightedPath other : relaxed.mix()) {
      for (int item : other.items()) {
        mixed.set(
            lattice.first(item), mixed.get(lattice.first(item)) || use(row, item, origin) != 0);
      }
    }
    long[] divisors =
        mixed.stream()
            .flatMap(node -> IntStream.range(lattice.from(node), lattice.from(node + 1)))
            .mapToLong(item -> Math.abs(use(row, item, origin)))
            .filter(divisor -> divisor > 1 && !tried.contains(divisor))
            .distinct()
            .toArray();
    Cut best = Cut.NONE;
    double price = priced().price(row);
    long max = lattice.max(row) - origin[lattice.layers()];
    for (long divisor : divisors) {
      double gain = price * gain(uses, divisor, Math.floorMod(max, divisor), best.gain() / price);
      best = Cut.better(best, new Cut(row, divisor, path, gain));
    }
    return best;
  }

  private List<Use> uses(int row, long[] origin) {
    return relaxed.mix().stream()
        .flatMap(path ->
            path.items().stream().map(item -> new Use(use(row, item, origin), path.weight())))
        .filter(use -> use.use() != 0)
        .toList();
  }

  /**
   * By how much the relaxed solution violates the rounded row, in units of the original row: the
   * remainder, minus what the items of the solution lose by rounding.
   *
   * @param least gain below which it need not be exact
   */
  private static double gain(List<Use> uses, long divisor, long remainder, double least) {
    double gain = remainder;
    for (int index = 0; index < uses.size() && gain > least; index++) {
      long part = Math.floorMod(uses.get(index).use(), divisor);
      double lost =
          part <= remainder ? part : (double) remainder * (divisor - part) / (divisor - remainder);
      gain -= uses.get(index).share() * lost;
    }
    return gain;
  }

  /** What an item uses more than the origin path between the same nodes. */
  private long use(int row, int item, long[] origin) {
    return lattice.use(row, item) + origin[lattice.first(item)] - origin[lattice.end(item)];
  }

  /** By node, the use of a path up to it, so that nothing of the path is lost by rounding. */
  private long[] origin(int row, List<Integer> path) {
    long[] origin = new long[lattice.layers() + 1];
    for (int item : path) {
      int first = lattice.first(item);
      int end = lattice.end(item);
      Arrays.fill(origin, first + 1, end, origin[first]);
      origin[end] = origin[first] + lattice.use(row, item);
    }
    return origin;
  }

  private Lattice with(Cut cut, int rowOrigin) {
    long[] origin = origin(cut.row(), cut.path());
    long max = lattice.max(cut.row()) - origin[lattice.layers()];
    long remainder = Math.floorMod(max, cut.divisor());
    long[] use = new long[lattice.size()];
    for (int item = 0; item < use.length; item++) {
      use[item] = rounded(use(cut.row(), item, origin), cut.divisor(), remainder);
    }
    return lattice.with(use, rounded(max, cut.divisor(), remainder), rowOrigin);
  }

  private static long rounded(long value, long divisor, long remainder) {
    return (divisor - remainder) * Math.floorDiv(value, divisor)
        + Math.max(0, Math.floorMod(value, divisor) - remainder);
  }
}
