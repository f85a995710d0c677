package io.github.puzzle4j.solver.insight;

import io.github.puzzle4j.solver.Bound;
import io.github.puzzle4j.solver.Selection;
import io.github.puzzle4j.solver.SelectionProblem;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Bounds that give way together, each by the same share of its size. */
final class Slackening {

  private final List<Bound> bounds;
  private final Map<Bound, BigDecimal> sizes = new HashMap<>();

  Slackening(SelectionProblem problem, List<Bound> bounds) {
    this.bounds = List.copyOf(bounds);
    bounds.forEach(bound -> sizes.put(bound, BoundSize.of(problem, bound)));
  }

  /** The share by which the bounds must give way for the selection; 0 if it keeps them. */
  Share needed(Selection selection) {
    Share most = Share.of(BigDecimal.ZERO);
    for (Bound bound : bounds) {
      Share share = new Share(violation(bound, selection), size(bound));
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

  /** The bounds after they gave way by that share; what needs just so much is admitted. */
  List<Bound> within(Share share) {
    return bounds.stream()
        .map(bound ->
            Bound.admitting(bound.cost(), bound.side(), moved(bound, share, RoundingMode.UP)))
        .toList();
  }

  /** The bounds that only selections keep which need a smaller share; never tighter than asked. */
  List<Bound> strictlyWithin(Share share) {
    return bounds.stream()
        .map(bound -> {
          BigDecimal end = moved(bound, share, RoundingMode.DOWN);
          Bound tighter = Bound.excluding(bound.cost(), bound.side(), end);
          return bound.sign() * (tighter.value() - bound.value()) < 0 ? bound : tighter;
        })
        .toList();
  }

  private BigDecimal moved(Bound bound, Share share, RoundingMode rounding) {
    BigDecimal distance = share.times(size(bound), rounding);
    return BigDecimal.valueOf(bound.value())
        .add(distance.multiply(BigDecimal.valueOf(bound.sign())));
  }
}
