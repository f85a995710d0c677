package io.github.puzzle4j.solver;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Compares the fast conversion with the printed decimals, to the last digit. */
final class ShortDecimalsTest {

  @Test
  void equalsThePrintedDecimals() {
    int quick = 0;
    for (long seed = 1; seed <= 3_000; seed++) {
      Random random = new Random(seed);
      List<Candidate> candidates = candidates(random);
      double[] own = candidates.stream().mapToDouble(Candidate::score).toArray();
      Optional<ScaledIntegers> few = ShortDecimals.wholeNumbers(candidates, own, List.of());
      if (few.isPresent()) {
        quick++;
        requireDecimals(few.get(), candidates, own, "seed " + seed);
      }
      requireNotAbove(ScaledIntegers.of(candidates, own), candidates, own, "seed " + seed);
    }
    assertThat(quick).isBetween(1_000, 2_900);
  }

  @Test
  void rejectsLongOrLargeNumbers() {
    for (double value : new double[] {0.1 + 0.2, 1e-16, 1e15, 1.0 / 3, 123456789.12345679}) {
      List<Candidate> one = List.of(Candidate.of("a", 0, value, Map.of()));
      assertThat(ShortDecimals.wholeNumbers(one, new double[] {value}, List.of()))
          .as("%s", value)
          .isEmpty();
    }
  }

  /**
   * Requires each candidate's value to equal its decimal minus what was subtracted for its layers.
   */
  private static void requireDecimals(
      ScaledIntegers numbers, List<Candidate> candidates, double[] own, String name) {
    assertThat(numbers.exact()).as(name).isTrue();
    long[] values = numbers.values();
    for (List<Integer> choice : choices(candidates)) {
      long units = choice.stream().mapToLong(item -> values[item]).sum();
      assertThat(numbers.sum(BigDecimal.valueOf(units)))
          .as(name)
          .isEqualByComparingTo(decimal(choice, own));
    }
  }

  private static void requireNotAbove(
      ScaledIntegers numbers, List<Candidate> candidates, double[] own, String name) {
    long[] values = numbers.values();
    for (List<Integer> choice : choices(candidates)) {
      long units = choice.stream().mapToLong(item -> values[item]).sum();
      BigDecimal sum = numbers.sum(BigDecimal.valueOf(units));
      BigDecimal decimal = decimal(choice, own);
      assertThat(sum).as(name).isLessThanOrEqualTo(decimal);
      if (numbers.exact()) {
        assertThat(sum).as(name).isEqualByComparingTo(decimal);
      }
      assertThat(units).as(name).isLessThanOrEqualTo(numbers.roundedMax(decimal));
    }
  }

  private static BigDecimal decimal(List<Integer> choice, double[] own) {
    return choice.stream()
        .map(item -> BigDecimal.valueOf(own[item]))
        .reduce(BigDecimal.ZERO, BigDecimal::add);
  }

  /** Three layers with two candidates each, and one candidate for the first two layers. */
  private static List<Candidate> candidates(Random random) {
    int digits = random.nextInt(1, 18);
    int exponent = random.nextInt(-6, 7);
    List<Candidate> candidates = new ArrayList<>();
    for (int item = 0; item < 7; item++) {
      List<Integer> layers = item < 6 ? List.of(item / 2) : List.of(0, 1);
      long mantissa = random.nextLong(-pow(digits), pow(digits));
      double score = new BigDecimal(mantissa).scaleByPowerOfTen(exponent - digits).doubleValue();
      candidates.add(new Candidate("c" + item, layers, score, Map.of()));
    }
    return candidates;
  }

  private static long pow(int digits) {
    return BigDecimal.TEN.pow(digits).longValueExact();
  }

  private static List<List<Integer>> choices(List<Candidate> candidates) {
    List<List<Integer>> choices = new ArrayList<>();
    for (int last = 4; last < 6; last++) {
      choices.add(List.of(candidates.size() - 1, last));
      for (int pair = 0; pair < 4; pair++) {
        choices.add(List.of(pair % 2, 2 + pair / 2, last));
      }
    }
    return choices;
  }
}
