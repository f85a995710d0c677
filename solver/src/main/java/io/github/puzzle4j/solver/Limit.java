package io.github.puzzle4j.solver;

import java.util.List;

/** What the sum of a named cost over the chosen candidates must satisfy. */
public sealed interface Limit {

  /** The sum is at most {@code max}. */
  record AtMost(double max) implements Limit {
    public AtMost {
      Magnitude.require("max", max);
    }
  }

  /** The sum is at least {@code min}. */
  record AtLeast(double min) implements Limit {
    public AtLeast {
      Magnitude.require("min", min);
    }
  }

  /** The sum is at least {@code min} and at most {@code max}. */
  record Between(double min, double max) implements Limit {
    public Between {
      Magnitude.require("min", min);
      Magnitude.require("max", max);
      if (min > max) {
        throw new IllegalArgumentException("min %s is above max %s".formatted(min, max));
      }
    }
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
