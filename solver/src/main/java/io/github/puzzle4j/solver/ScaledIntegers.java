package io.github.puzzle4j.solver;

import io.github.puzzle4j.solver.backend.ChoicePair;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * One sum over the chosen candidates, in scaled integers.
 *
 * <p>First, the smallest value of each layer is subtracted from every candidate that covers it;
 * since each layer is covered exactly once, this changes every selection's sum by the same {@link
 * #shift}. Then values are rounded down to multiples of {@code 10^-scale}. The scale is the
 * smallest at which nothing is rounded or, if sums would then exceed {@link #MAX_SUM}, the largest
 * that keeps them below it. A rounded sum is therefore never above the exact one: a limit on it
 * excludes no feasible selection, and its minimum is a lower bound of the exact minimum.
 */
final class ScaledIntegers {

  /** Below 2^53, up to which doubles represent all integers. */
  static final long MAX_SUM = 1L << 52;

  /** Limit of the sum over all candidates, chosen or not; solvers add these as longs. */
  static final long MAX_TOTAL = 1L << 60;

  private final long[] values;
  private final BigDecimal shift;
  private final int scale;
  private final List<BigDecimal> unrounded;
  private final List<Couple> couples;

  /**
   * @param values by candidate, and then by couple, in units
   * @param shift to add to a sum of unrounded values to obtain the original sum
   * @param scale number of decimal places of one unit
   * @param unrounded by candidate and couple, the value before rounding; empty if none was rounded
   * @param couples terms for two candidates
   */
  ScaledIntegers(
      long[] values,
      BigDecimal shift,
      int scale,
      List<BigDecimal> unrounded,
      List<Couple> couples) {
    this.couples = couples;
    this.values = values;
    this.shift = shift;
    this.scale = scale;
    this.unrounded = unrounded;
  }

  /**
   * Converts values of candidates to integers.
   *
   * @param own by candidate; the exact value is the printed decimal
   */
  static ScaledIntegers of(List<Candidate> candidates, double[] own) {
    return of(candidates, own, List.of());
  }

  /**
   * Converts values of candidates and couples to integers.
   *
   * @param own by candidate; the exact value is the printed decimal
   */
  static ScaledIntegers of(List<Candidate> candidates, double[] own, List<Couple> couples) {
    Optional<ScaledIntegers> few = ShortDecimals.wholeNumbers(candidates, own, couples);
    return few.orElseGet(
        () -> of(candidates, Arrays.stream(own).mapToObj(BigDecimal::valueOf).toList(), couples));
  }

  /** Converts decimals of any number of digits. */
  static ScaledIntegers of(
      List<Candidate> candidates, List<BigDecimal> decimals, List<Couple> couples) {
    Map<Integer, BigDecimal> least = leastByLayer(candidates, decimals);
    List<BigDecimal> shifted = shifted(candidates, decimals, least, couples);
    int digits = shifted.stream().mapToInt(v -> v.stripTrailingZeros().scale()).max().orElse(0);
    int room = room(candidates, shifted, couples);
    int scale = Math.min(digits, room);
    if (digits > room) {
      // Shifted by whole units, 1e18 beside 0.1 stays a round number.
      least.replaceAll((layer, value) -> value.setScale(scale, RoundingMode.FLOOR));
      shifted = shifted(candidates, decimals, least, couples);
    }
    BigDecimal shift = least.values().stream().reduce(BigDecimal.ZERO, BigDecimal::add);
    long[] values = shifted.stream().mapToLong(v -> floor(v, scale)).toArray();
    return new ScaledIntegers(values, shift, scale, digits <= room ? List.of() : shifted, couples);
  }

  /** The values of candidates above the least of their layers, followed by those of couples. */
  private static List<BigDecimal> shifted(
      List<Candidate> candidates,
      List<BigDecimal> decimals,
      Map<Integer, BigDecimal> least,
      List<Couple> couples) {
    List<BigDecimal> shifted = new ArrayList<>();
    for (int index = 0; index < decimals.size(); index++) {
      BigDecimal value = decimals.get(index);
      for (int layer : candidates.get(index).layers()) {
        value = value.subtract(least.getOrDefault(layer, BigDecimal.ZERO));
      }
      shifted.add(value);
    }
    couples.forEach(couple -> shifted.add(couple.value()));
    return shifted;
  }

  /** By candidate, in units. */
  long[] values() {
    return Arrays.copyOf(values, values.length - couples.size());
  }

  /** The couples, in units. */
  List<ChoicePair> pairs() {
    int first = values.length - couples.size();
    return IntStream.range(0, couples.size())
        .mapToObj(place ->
            new ChoicePair(
                couples.get(place).one(), couples.get(place).other(), values[first + place]))
        .toList();
  }

  /** What was rounded off the couples. */
  List<Couple> restsOfCouples() {
    int first = values.length - couples.size();
    return IntStream.range(0, couples.size())
        .mapToObj(place ->
            new Couple(couples.get(place).one(), couples.get(place).other(), rest(first + place)))
        .toList();
  }

  boolean exact() {
    return unrounded.isEmpty();
  }

  /** By how much the value of a candidate, or of a couple after those, was rounded down. */
  BigDecimal rest(int index) {
    return exact()
        ? BigDecimal.ZERO
        : unrounded.get(index).subtract(BigDecimal.valueOf(values[index], scale));
  }

  /** The greatest common divisor of all values, in units; at least 1. */
  long step() {
    return Math.max(1, Arrays.stream(values).reduce(0, ScaledIntegers::gcd));
  }

  private static long gcd(long one, long other) {
    return other == 0 ? Math.abs(one) : gcd(other, one % other);
  }

  /** Size of one unit in terms of the original sum. */
  double unit() {
    return Math.pow(10, -scale);
  }

  /** The largest value in units that the rounded sum of a feasible selection can have. */
  long roundedMax(BigDecimal max) {
    BigInteger rounded = max.subtract(shift).setScale(scale, RoundingMode.FLOOR).unscaledValue();
    BigInteger most = BigInteger.ONE.shiftLeft(53);
    return rounded.min(most).max(most.negate()).longValueExact();
  }

  /** Converts units to the original sum. */
  BigDecimal sum(BigDecimal units) {
    return units.scaleByPowerOfTen(-scale).add(shift);
  }

  private static long floor(BigDecimal value, int scale) {
    return value.setScale(scale, RoundingMode.FLOOR).unscaledValue().longValueExact();
  }

  /**
   * Smallest value by layer. Layers that no candidate covers alone have none; any shift is valid
   * for them.
   */
  private static Map<Integer, BigDecimal> leastByLayer(
      List<Candidate> candidates, List<BigDecimal> decimals) {
    Map<Integer, BigDecimal> least = new HashMap<>();
    for (int index = 0; index < decimals.size(); index++) {
      if (candidates.get(index).layers().size() == 1) {
        least.merge(candidates.get(index).firstLayer(), decimals.get(index), BigDecimal::min);
      }
    }
    return least;
  }

  /** The largest scale at which both kinds of sums stay within their limits. */
  private static int room(
      List<Candidate> candidates, List<BigDecimal> shifted, List<Couple> couples) {
    Map<List<Integer>, BigDecimal> largest = new HashMap<>();
    BigDecimal total = BigDecimal.ZERO;
    for (int index = 0; index < shifted.size(); index++) {
      BigDecimal size = shifted.get(index).abs();
      largest.merge(place(candidates, couples, index), size, BigDecimal::max);
      total = total.add(size);
    }
    BigDecimal sum = largest.values().stream().reduce(BigDecimal.ZERO, BigDecimal::add);
    return sum.signum() == 0
        ? 0
        : Math.min(
            digits(sum, BigDecimal.valueOf(MAX_SUM)), digits(total, BigDecimal.valueOf(MAX_TOTAL)));
  }

  /** The layers of a value: a selection contains at most one value of each place. */
  private static List<Integer> place(List<Candidate> candidates, List<Couple> couples, int index) {
    if (index < candidates.size()) {
      return List.of(candidates.get(index).firstLayer());
    }
    Couple couple = couples.get(index - candidates.size());
    return List.of(
        candidates.get(couple.one()).firstLayer(), candidates.get(couple.other()).firstLayer());
  }

  /** The largest n such that value * 10^n is at most the limit. */
  private static int digits(BigDecimal value, BigDecimal limit) {
    int n = (limit.precision() - limit.scale()) - (value.precision() - value.scale());
    return value.scaleByPowerOfTen(n).compareTo(limit) <= 0 ? n : n - 1;
  }
}
