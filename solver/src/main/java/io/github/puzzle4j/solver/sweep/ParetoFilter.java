package io.github.puzzle4j.solver.sweep;

import io.github.puzzle4j.solver.Bound;
import io.github.puzzle4j.solver.Selection;
import io.github.puzzle4j.solver.Sense;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Finds the points that no other point dominates, by exact sums. */
final class ParetoFilter {

  private ParetoFilter() {}

  /** Returns the points with {@code paretoOptimal} set. */
  static List<FrontierPoint> mark(List<FrontierPoint> points, List<Axis> axes, Sense sense) {
    List<List<BigDecimal>> values =
        points.stream()
            .map(point -> point.solved().map(s -> values(s.selection(), axes, sense)))
            .map(found -> found.orElse(List.of()))
            .toList();
    List<FrontierPoint> marked = new ArrayList<>();
    for (int index = 0; index < points.size(); index++) {
      marked.add(points.get(index).withParetoOptimal(isOptimal(index, values)));
    }
    return marked;
  }

  /** Objective and varied costs, signed such that less is better. */
  private static List<BigDecimal> values(Selection selection, List<Axis> axes, Sense sense) {
    Stream<BigDecimal> costs =
        axes.stream()
            .map(axis ->
                signed(selection.exactCost(axis.cost()), axis.side() == Bound.Side.MAX ? 1 : -1));
    return Stream.concat(Stream.of(signed(selection.exactObjective(), sense.sign())), costs)
        .toList();
  }

  private static BigDecimal signed(BigDecimal value, int sign) {
    return sign < 0 ? value.negate() : value;
  }

  private static boolean isOptimal(int index, List<List<BigDecimal>> values) {
    List<BigDecimal> own = values.get(index);
    if (own.isEmpty()) {
      return false;
    }
    for (int other = 0; other < values.size(); other++) {
      if (other != index && covers(values.get(other), own)) {
        boolean equal = covers(own, values.get(other));
        if (!equal || other < index) {
          return false;
        }
      }
    }
    return true;
  }

  private static boolean covers(List<BigDecimal> better, List<BigDecimal> values) {
    if (better.isEmpty()) {
      return false;
    }
    for (int part = 0; part < values.size(); part++) {
      if (better.get(part).compareTo(values.get(part)) > 0) {
        return false;
      }
    }
    return true;
  }
}
