package io.github.puzzle4j.solver;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.math.BigDecimal;

/**
 * One side of a limit; conflicts are reported in terms of sides.
 *
 * @param cost name of the cost
 * @param side whether {@code value} is the smallest or the largest sum allowed
 */
public record Bound(String cost, Side side, @JsonProperty("bound") double value) {

  /** Side of a limit. */
  public enum Side {
    @JsonProperty("min")
    MIN,
    @JsonProperty("max")
    MAX
  }

  /** The tightest bound of that side that admits the sum. */
  public static Bound admitting(String cost, Side side, BigDecimal sum) {
    double nearest = Magnitude.clampSum(sum);
    Bound bound = new Bound(cost, side, nearest);
    return bound.admits(sum) ? bound : new Bound(cost, side, bound.looser());
  }

  /** The loosest bound of that side that does not admit the sum. */
  public static Bound excluding(String cost, Side side, BigDecimal sum) {
    double nearest = Magnitude.clampSum(sum);
    Bound bound = new Bound(cost, side, nearest);
    return bound.admits(sum) ? new Bound(cost, side, bound.tighter()) : bound;
  }

  private double looser() {
    return side == Side.MAX ? Math.nextUp(value) : Math.nextDown(value);
  }

  private double tighter() {
    return side == Side.MAX ? Math.nextDown(value) : Math.nextUp(value);
  }

  /** Whether both bound the same side of the same cost. */
  public boolean sameSide(Bound other) {
    return cost.equals(other.cost) && side == other.side;
  }

  /** Whether the exact sum is within the bound. */
  public boolean admits(BigDecimal sum) {
    int order = sum.compareTo(BigDecimal.valueOf(value));
    return switch (side) {
      case MIN -> order >= 0;
      case MAX -> order <= 0;
    };
  }

  /**
   * Factor that turns the bound into an upper bound: 1 for an upper bound, -1 for a lower bound.
   */
  public int sign() {
    return side == Side.MAX ? 1 : -1;
  }

  /** Upper bound of the sum multiplied by {@link #sign}. */
  BigDecimal signedValue() {
    return BigDecimal.valueOf(sign() * value);
  }

  /** For example {@code memory_mib <= 80000.0}. */
  @Override
  public String toString() {
    return cost + (side == Side.MAX ? " <= " : " >= ") + Decimals.plain(value);
  }
}
