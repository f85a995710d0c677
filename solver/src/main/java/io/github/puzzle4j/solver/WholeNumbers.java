package io.github.puzzle4j.solver;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One sum over the chosen candidates, as whole numbers.
 *
 * <p>Two steps. First each layer's smallest value is taken off every candidate that covers it;
 * since each layer is covered exactly once this changes every selection's sum by the same {@link
 * #shift}. Then values are counted in units of {@code 10^-scale} and rounded down. The scale is the
 * smallest at which nothing is rounded, or, where sums would then outgrow {@link #LARGEST_SUM}, the
 * largest that keeps them below it. A rounded sum is therefore never above the exact one: a limit
 * on it cuts off no selection, and its minimum is a bound of the exact minimum.
 */
final class WholeNumbers {

  /** Below 2^53, where doubles stop holding every whole number. */
  static final long LARGEST_SUM = 1L << 52;

  /** Over all candidates, whether or not chosen; solvers add these up as longs. */
  static final long LARGEST_TOTAL = 1L << 60;

  private final long[] values;
  private final BigDecimal shift;
  private final int scale;
  private final boolean exact;

  /**
   * @param values by candidate, in units
   * @param shift what to add to a sum of unrounded values to get the original sum
   * @param scale decimal digits behind the point of one unit
   * @param exact whether nothing was rounded
   */
  WholeNumbers(long[] values, BigDecimal shift, int scale, boolean exact) {
    this.values = values;
    this.shift = shift;
    this.scale = scale;
    this.exact = exact;
  }

  /**
   * The sum of these values over the chosen candidates as whole numbers.
   *
   * @param own by candidate; a value means its printed decimal
   */
  static WholeNumbers of(List<Candidate> candidates, double[] own) {
    Optional<WholeNumbers> few = FewDigits.wholeNumbers(candidates, own);
    return few.orElseGet(() -> ofAnyDigits(candidates, own));
  }

  private static WholeNumbers ofAnyDigits(List<Candidate> candidates, double[] own) {
    BigDecimal[] decimals = new BigDecimal[own.length];
    for (int index = 0; index < own.length; index++) {
      decimals[index] = BigDecimal.valueOf(own[index]);
    }
    Map<Integer, BigDecimal> least = leastByLayer(candidates, decimals);
    List<BigDecimal> shifted = new ArrayList<>();
    for (int index = 0; index < own.length; index++) {
      BigDecimal value = decimals[index];
      for (int layer : candidates.get(index).layers()) {
        value = value.subtract(least.getOrDefault(layer, BigDecimal.ZERO));
      }
      shifted.add(value);
    }
    int digits = shifted.stream().mapToInt(v -> v.stripTrailingZeros().scale()).max().orElse(0);
    int room = room(candidates, shifted);
    int scale = Math.min(digits, room);
    BigDecimal shift = least.values().stream().reduce(BigDecimal.ZERO, BigDecimal::add);
    return new WholeNumbers(
        shifted.stream().mapToLong(v -> floor(v, scale)).toArray(), shift, scale, digits <= room);
  }

  /** By candidate, in units. */
  long[] values() {
    return values.clone();
  }

  boolean exact() {
    return exact;
  }

  /** How many of the sum's own unit one unit is. */
  double unit() {
    return Math.pow(10, -scale);
  }

  /** The largest value in units that rounded sums of admissible selections can have. */
  long roundedMax(BigDecimal max) {
    BigInteger rounded = max.subtract(shift).setScale(scale, RoundingMode.FLOOR).unscaledValue();
    BigInteger most = BigInteger.ONE.shiftLeft(53);
    return rounded.min(most).max(most.negate()).longValueExact();
  }

  /** The original sum that so many units stand for. */
  BigDecimal sum(BigDecimal units) {
    return units.scaleByPowerOfTen(-scale).add(shift);
  }

  private static long floor(BigDecimal value, int scale) {
    return value.setScale(scale, RoundingMode.FLOOR).unscaledValue().longValueExact();
  }

  /** Layers that no candidate covers alone have none: what is taken off them may be anything. */
  private static Map<Integer, BigDecimal> leastByLayer(
      List<Candidate> candidates, BigDecimal[] decimals) {
    Map<Integer, BigDecimal> least = new HashMap<>();
    for (int index = 0; index < decimals.length; index++) {
      if (candidates.get(index).layers().size() == 1) {
        least.merge(candidates.get(index).firstLayer(), decimals[index], BigDecimal::min);
      }
    }
    return least;
  }

  /** The largest scale at which neither kind of sum grows too large. */
  private static int room(List<Candidate> candidates, List<BigDecimal> shifted) {
    Map<Integer, BigDecimal> largest = new HashMap<>();
    BigDecimal total = BigDecimal.ZERO;
    for (int index = 0; index < shifted.size(); index++) {
      BigDecimal size = shifted.get(index).abs();
      largest.merge(candidates.get(index).firstLayer(), size, BigDecimal::max);
      total = total.add(size);
    }
    BigDecimal sum = largest.values().stream().reduce(BigDecimal.ZERO, BigDecimal::add);
    return sum.signum() == 0
        ? 0
        : Math.min(
            digits(sum, BigDecimal.valueOf(LARGEST_SUM)),
            digits(total, BigDecimal.valueOf(LARGEST_TOTAL)));
  }

  /** The largest n with value * 10^n at most the limit. */
  private static int digits(BigDecimal value, BigDecimal limit) {
    int n = (limit.precision() - limit.scale()) - (value.precision() - value.scale());
    return value.scaleByPowerOfTen(n).compareTo(limit) <= 0 ? n : n - 1;
  }
}
