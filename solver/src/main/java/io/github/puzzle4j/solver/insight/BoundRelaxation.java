package io.github.puzzle4j.solver.insight;

import io.github.puzzle4j.solver.Bound;
import io.github.puzzle4j.solver.Selection;
import io.github.puzzle4j.solver.SelectionProblem;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Relaxes bounds together, each by the same share of its size. */
final class BoundRelaxation {

  private final List<Bound> bounds;
  private final Map<Bound, BigDecimal> sizes = new HashMap<>();

  BoundRelaxation(SelectionProblem problem, List<Bound> bounds) {
    this.bounds = List.copyOf(bounds);
    bounds.forEach(bound -> sizes.put(bound, BoundSize.of(problem, bound)));
  }

  /**
   * The smallest share by which the bounds must be relaxed to admit the selection; 0 if it keeps
   * them.
   */
  RelativeViolation needed(Selection selection) {
    RelativeViolation most = RelativeViolation.of(BigDecimal.ZERO);
    for (Bound bound : bounds) {
      RelativeViolation share = new RelativeViolation(violation(bound, selection), size(bound));
      most = most.compareTo(share) >= 0 ? most : share;
    }
    return most;
  }

  private static BigDecimal violation(Bound bound, Selection selection) {
    return selection
        .exactCost(bound.cost())
        .subtract(BigDecimal.valueOf(bound.value()))
        .multiply(BigDecimal.valueOf(bound.sign()));
  }

  private BigDecimal size(Bound bound) {
    return sizes.getOrDefault(bound, BigDecimal.ONE);
  }

  /** The bounds relaxed by this share, which admit every selection that needs exactly the share. */
  List<Bound> within(RelativeViolation share) {
    return bounds.stream()
        .map(bound ->
            Bound.admitting(bound.cost(), bound.side(), moved(bound, share, RoundingMode.UP)))
        .toList();
  }

  /**
   * Bounds that admit only selections that need a smaller share; never tighter than the original
   * bounds.
   */
  List<Bound> strictlyWithin(RelativeViolation share) {
    return bounds.stream()
        .map(bound -> {
          BigDecimal end = moved(bound, share, RoundingMode.DOWN);
          Bound tighter = Bound.excluding(bound.cost(), bound.side(), end);
          return bound.sign() * (tighter.value() - bound.value()) < 0 ? bound : tighter;
        })
        .toList();
  }

  private BigDecimal moved(Bound bound, RelativeViolation share, RoundingMode rounding) {
    BigDecimal distance = share.times(size(bound), rounding);
    return BigDecimal.valueOf(bound.value())
        .add(distance.multiply(BigDecimal.valueOf(bound.sign())));
  }
}
