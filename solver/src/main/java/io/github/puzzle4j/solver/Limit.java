package io.github.puzzle4j.solver;

import java.util.List;

/** What the sum of a named cost over the chosen candidates must satisfy. */
public sealed interface Limit {

  /** The sum is at most {@code max}. */
  record AtMost(double max) implements Limit {
    public AtMost {
      Magnitude.requireLimit("max", max);
    }
  }

  /** The sum is at least {@code min}. */
  record AtLeast(double min) implements Limit {
    public AtLeast {
      Magnitude.requireLimit("min", min);
    }
  }

  /** The sum is at least {@code min} and at most {@code max}. */
  record Between(double min, double max) implements Limit {
    public Between {
      Magnitude.requireLimit("min", min);
      Magnitude.requireLimit("max", max);
      if (min > max) {
        throw new IllegalArgumentException("min %s is above max %s".formatted(min, max));
      }
    }
  }

  /** The limit that is this bound alone. */
  static Limit of(Bound bound) {
    return switch (bound.side()) {
      case MIN -> new AtLeast(bound.value());
      case MAX -> new AtMost(bound.value());
    };
  }

  /**
   * What both limits ask for together.
   *
   * @throws IllegalArgumentException if no sum is within both
   */
  default Limit and(Limit other) {
    double min = Math.max(least(), other.least());
    double max = Math.min(most(), other.most());
    if (Double.isInfinite(min)) {
      return new AtMost(max);
    }
    return Double.isInfinite(max) ? new AtLeast(min) : new Between(min, max);
  }

  /** The smallest sum allowed; negative infinity where any is small enough. */
  default double least() {
    return switch (this) {
      case AtMost atMost -> Double.NEGATIVE_INFINITY;
      case AtLeast(double min) -> min;
      case Between(double min, double max) -> min;
    };
  }

  /** The largest sum allowed; infinity where any is large enough. */
  default double most() {
    return switch (this) {
      case AtMost(double max) -> max;
      case AtLeast atLeast -> Double.POSITIVE_INFINITY;
      case Between(double min, double max) -> max;
    };
  }

  /** The one or two bounds that this limit on the cost of that name consists of. */
  default List<Bound> bounds(String cost) {
    return switch (this) {
      case AtMost(double max) -> List.of(new Bound(cost, Bound.Side.MAX, max));
      case AtLeast(double min) -> List.of(new Bound(cost, Bound.Side.MIN, min));
      case Between(double min, double max) ->
          List.of(new Bound(cost, Bound.Side.MIN, min), new Bound(cost, Bound.Side.MAX, max));
    };
  }
}
