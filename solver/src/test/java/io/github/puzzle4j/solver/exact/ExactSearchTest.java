package io.github.puzzle4j.solver.exact;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.puzzle4j.solver.backend.ChoiceModel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Compares the search with enumeration on random models. */
final class ExactSearchTest {

  private static final Duration AMPLE = Duration.ofMinutes(5);
  private static final int MAX_WANTED = 20;

  @Test
  void findsTheBestChoicesAmongManyTies() {
    compare(1_000, 1_500, RandomModels::tied);
  }

  @Test
  void findsTheBestChoicesNearThePrecisionOfDoubles() {
    compare(20_000, 1_500, RandomModels::large);
  }

  /** Sums of 2^47 that differ in their last digits: sorting to 1e-9 is not sufficient. */
  @Test
  void distinguishesChoicesByTheirLastDigits() {
    compare(40_000, 30, random -> RandomModels.almostTied(random, 6, 6));
  }

  /** Up to 9^6 choices, with more partial choices than the first rounds keep. */
  @Test
  void findsTheBestChoicesWithTooManyPartialOnes() {
    compare(50_000, 4, random -> RandomModels.correlated(random, 6, 9, false));
    compare(60_000, 4, random -> RandomModels.correlated(random, 6, 9, true));
    compare(70_000, 4, random -> RandomModels.almostTied(random, 6, 9));
  }

  @Test
  void isIncompleteWithoutTime() {
    for (long seed = 80_000; seed < 80_200; seed++) {
      ChoiceModel model = RandomModels.tied(new Random(seed));
      long[] best = Enumeration.smallest(model, 1);
      ExactSearch.Outcome outcome =
          ExactSearch.search(model, List.of(), new double[model.rows().size()], 1, Duration.ZERO);
      boolean optimal =
          outcome.choices().isEmpty()
              ? best.length == 0
              : model.objective(outcome.choices().getFirst()) == best[0];
      assertThat(optimal || !outcome.complete()).as("seed %d", seed).isTrue();
      if (best.length > 0) {
        assertThat(outcome.bound()).as("seed %d", seed).isLessThanOrEqualTo((double) best[0]);
      }
    }
  }

  private static void compare(long firstSeed, int models, Function<Random, ChoiceModel> kind) {
    for (long seed = firstSeed; seed < firstSeed + models; seed++) {
      Random random = new Random(seed);
      ChoiceModel model = kind.apply(random);
      int wanted = random.nextBoolean() ? 1 : random.nextInt(1, MAX_WANTED + 1);
      long[] best = Enumeration.smallest(model, wanted);
      require(best, model, List.of(), new double[model.rows().size()], wanted, "seed " + seed);
      require(best, model, guesses(random, model), prices(random, model), wanted, "hints " + seed);
    }
  }

  private static void require(
      long[] best,
      ChoiceModel model,
      List<List<Integer>> known,
      double[] prices,
      int wanted,
      String name) {
    ExactSearch.Outcome outcome = ExactSearch.search(model, known, prices, wanted, AMPLE);
    assertThat(outcome.choices()).as(name).doesNotHaveDuplicates().allMatch(model::admits);
    assertThat(outcome.choices().stream().mapToLong(model::objective).toArray())
        .as(name)
        .isEqualTo(best);
    assertThat(outcome.complete()).as(name).isTrue();
    if (best.length == wanted) {
      assertThat(outcome.bound()).as(name).isEqualTo((double) best[wanted - 1]);
    }
    assertThat(outcome.prices())
        .as(name)
        .hasSameSizeAs(model.rows())
        .allMatch(p -> p >= 0 && p < Double.POSITIVE_INFINITY);
  }

  /** Lists of items, some of which are valid choices. */
  private static List<List<Integer>> guesses(Random random, ChoiceModel model) {
    List<List<Integer>> guesses = new ArrayList<>();
    guesses.add(List.of(-1, model.size()));
    for (int guess = 0; guess < 30; guess++) {
      List<Integer> items = new ArrayList<>();
      int layer = 0;
      while (layer < model.layers()) {
        int at = layer;
        int[] next =
            IntStream.range(0, model.size()).filter(i -> model.firstLayer(i) == at).toArray();
        if (next.length == 0) {
          break;
        }
        items.add(next[random.nextInt(next.length)]);
        layer = model.endLayer(items.getLast());
      }
      guesses.add(items);
    }
    return guesses;
  }

  /** Prices from good to absurd. */
  private static double[] prices(Random random, ChoiceModel model) {
    double[] absurd = {0, 1e-300, 1e18, 1e300, Double.POSITIVE_INFINITY, Double.NaN, -1};
    double[] prices = new double[model.rows().size()];
    for (int row = 0; row < prices.length; row++) {
      prices[row] =
          random.nextInt(4) == 0
              ? absurd[random.nextInt(absurd.length)]
              : random.nextDouble() * random.nextInt(1, 10);
    }
    return prices;
  }
}
