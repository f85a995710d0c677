package io.github.puzzle4j.solver;

import java.util.List;

/** Limit on the sum of a cost over the chosen candidates. */
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

  /** Limit that consists of this bound. */
  static Limit of(Bound bound) {
    return switch (bound.side()) {
      case MIN -> new AtLeast(bound.value());
      case MAX -> new AtMost(bound.value());
    };
  }

  /**
   * Intersection of both limits.
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

  /** Smallest sum allowed; negative infinity if unbounded. */
  default double least() {
    return switch (this) {
      case AtMost atMost -> Double.NEGATIVE_INFINITY;
      case AtLeast(double min) -> min;
      case Between(double min, double max) -> min;
    };
  }

  /** Largest sum allowed; infinity if unbounded. */
  default double most() {
    return switch (this) {
      case AtMost(double max) -> max;
      case AtLeast atLeast -> Double.POSITIVE_INFINITY;
      case Between(double min, double max) -> max;
    };
  }

  /** The one or two bounds of this limit. */
  default List<Bound> bounds(String cost) {
    return switch (this) {
      case AtMost(double max) -> List.of(new Bound(cost, Bound.Side.MAX, max));
      case AtLeast(double min) -> List.of(new Bound(cost, Bound.Side.MIN, min));
      case Between(double min, double max) ->
          List.of(new Bound(cost, Bound.Side.MIN, min), new Bound(cost, Bound.Side.MAX, max));
    };
  }
}
