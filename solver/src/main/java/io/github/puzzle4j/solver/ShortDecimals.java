package io.github.puzzle4j.solver;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Fast conversion to integers for values of at most fifteen significant digits, which covers most
 * files. The result equals that of the decimal conversion: a double equal to a decimal of at most
 * fifteen digits prints as that decimal, so no printing is needed.
 */
final class ShortDecimals {

  private static final double MAX_MANTISSA = 1e15;
  private static final int MAX_PLACES = 15;
  private static final double[] POWERS = new double[MAX_PLACES + 1];

  static {
    Arrays.setAll(POWERS, places -> Double.parseDouble("1e" + places));
  }

  private ShortDecimals() {}

  /** The exact integers; empty if a value has more digits or a sum is too large. */
  static Optional<ScaledIntegers> wholeNumbers(
      List<Candidate> candidates, double[] scores, List<Couple> couples) {
    double[] own = Arrays.copyOf(scores, scores.length + couples.size());
    for (int place = 0; place < couples.size(); place++) {
      own[scores.length + place] = couples.get(place).value().doubleValue();
    }
    int places = 0;
    for (double value : own) {
      int needed = places(value, places);
      if (needed < 0) {
        return Optional.empty();
      }
      places = needed;
    }
    long[] units = new long[own.length];
    for (int index = 0; index < own.length; index++) {
      double scaled = Math.rint(own[index] * POWERS[places]);
      if (Math.abs(scaled) >= MAX_MANTISSA) {
        return Optional.empty();
      }
      units[index] = (long) scaled;
    }
    return shifted(candidates, units, places, couples);
  }

  /**
   * The smallest number of decimal places, starting at {@code from}, that represents the value; -1
   * if none.
   */
  private static int places(double value, int from) {
    for (int places = from; places <= MAX_PLACES; places++) {
      double scaled = Math.rint(value * POWERS[places]);
      if (Math.abs(scaled) >= MAX_MANTISSA) {
        return -1;
      }
      if (scaled / POWERS[places] == value) {
        return places;
      }
    }
    return -1;
  }

  private static Optional<ScaledIntegers> shifted(
      List<Candidate> candidates, long[] units, int places, List<Couple> couples) {
    int layers = candidates.stream().mapToInt(Candidate::endLayer).max().orElse(0);
    long[] least = new long[layers];
    boolean[] alone = new boolean[layers];
    for (int index = 0; index < candidates.size(); index++) {
      Candidate candidate = candidates.get(index);
      int layer = candidate.firstLayer();
      if (candidate.endLayer() == layer + 1) {
        least[layer] = alone[layer] ? Math.min(least[layer], units[index]) : units[index];
        alone[layer] = true;
      }
    }
    // Estimate magnitudes in doubles first; their sums do not overflow.
    double[] largest = new double[layers];
    double total = 0;
    for (int index = 0; index < candidates.size(); index++) {
      Candidate candidate = candidates.get(index);
      double size = units[index];
      for (int layer = candidate.firstLayer(); layer < candidate.endLayer(); layer++) {
        size -= least[layer];
        units[index] -= least[layer];
      }
      total += Math.abs(size);
      largest[candidate.firstLayer()] = Math.max(largest[candidate.firstLayer()], Math.abs(size));
    }
    // Not all couples can be chosen, but few problems have so many that this is too careful.
    double coupled =
        Arrays.stream(units, candidates.size(), units.length).mapToDouble(Math::abs).sum();
    total += coupled;
    if (Arrays.stream(largest).sum() + coupled > 0.999 * ScaledIntegers.MAX_SUM
        || total > 0.999 * ScaledIntegers.MAX_TOTAL) {
      return Optional.empty();
    }
    BigDecimal shift =
        Arrays.stream(least).mapToObj(BigDecimal::valueOf).reduce(BigDecimal.ZERO, BigDecimal::add);
    return Optional.of(
        new ScaledIntegers(units, shift.scaleByPowerOfTen(-places), places, List.of(), couples));
  }
}
