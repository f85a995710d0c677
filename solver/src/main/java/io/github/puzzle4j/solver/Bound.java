package io.github.puzzle4j.solver;

import java.math.BigDecimal;

/**
 * One side of a limit, so that a conflict can name the very side that cannot be met.
 *
 * @param cost name of the cost
 * @param side whether {@code value} is the least or the largest sum allowed
 */
public record Bound(String cost, Side side, double value) {

  /** Which side of a limit. */
  public enum Side {
    MIN,
    MAX
  }

  /** The tightest bound on that side that admits the sum. */
  public static Bound admitting(String cost, Side side, BigDecimal sum) {
    double nearest = Magnitude.clampSum(sum);
    Bound bound = new Bound(cost, side, nearest);
    return bound.admits(sum) ? bound : new Bound(cost, side, bound.looser());
  }

  /** The loosest bound on that side that does not admit the sum. */
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

  /** The side of this bound on the sum of this cost, whatever the value. */
  public boolean sameSide(Bound other) {
    return cost.equals(other.cost) && side == other.side;
  }

  /** Whether that exact sum is within the bound. */
  public boolean admits(BigDecimal sum) {
    int order = sum.compareTo(BigDecimal.valueOf(value));
    return switch (side) {
      case MIN -> order >= 0;
      case MAX -> order <= 0;
    };
  }

  /** Sums multiplied by this are wanted small: 1 for a largest sum, -1 for a least one. */
  public int sign() {
    return side == Side.MAX ? 1 : -1;
  }

  /** What sums multiplied by {@link #sign} are at most. */
  BigDecimal signedValue() {
    return BigDecimal.valueOf(sign() * value);
  }

  /** Such as {@code memory_mib <= 80000.0}. */
  @Override
  public String toString() {
    return cost + (side == Side.MAX ? " <= " : " >= ") + Figures.plain(value);
  }
}
