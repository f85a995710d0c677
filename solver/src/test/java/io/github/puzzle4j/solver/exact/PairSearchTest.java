package io.github.puzzle4j.solver.exact;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.puzzle4j.solver.backend.BackendAnswer;
import io.github.puzzle4j.solver.backend.Budget;
import io.github.puzzle4j.solver.backend.ChoiceModel;
import io.github.puzzle4j.solver.backend.ChoicePair;
import io.github.puzzle4j.solver.ortools.CpSatBackend;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** Compares the search for models with pairs with enumeration, and with CP-SAT. */
final class PairSearchTest {

  private static final Duration AMPLE = Duration.ofMinutes(5);

  @Test
  void findsTheBestChoicesAmongManyTies() {
    for (long seed = 0; seed < 400; seed++) {
      Random random = new Random(seed);
      compare(paired(RandomModels.tied(random), random, 4, seed % 2 == 0), random, seed);
    }
  }

  @Test
  void findsTheBestChoicesNearThePrecisionOfDoubles() {
    for (long seed = 10_000; seed < 10_400; seed++) {
      Random random = new Random(seed);
      compare(paired(RandomModels.large(random), random, 1L << 40, seed % 2 == 0), random, seed);
    }
  }

  /** Up to 12 layers, far more choices than can be enumerated. */
  @Test
  void agreesWithCpSat() {
    CpSatBackend backend = new CpSatBackend();
    Assumptions.assumeTrue(backend.unavailable().isEmpty());
    for (long seed = 20_000; seed < 20_008; seed++) {
      Random random = new Random(seed);
      ChoiceModel model =
          paired(
              RandomModels.correlated(random, 6 + random.nextInt(3), 6, seed % 2 == 0),
              random,
              20,
              seed % 4 < 2);
      ExactSearch.Outcome outcome =
          ExactSearch.search(model, List.of(), new double[model.rows().size()], 1, AMPLE);
      assertThat(outcome.complete()).as("seed %d", seed).isTrue();
      BackendAnswer second = backend.minimise(model, new Budget(AMPLE, 1));
      if (second instanceof BackendAnswer.Found found) {
        assertThat(found.complete()).isTrue();
        assertThat(model.objective(outcome.choices().getFirst()))
            .as("seed %d", seed)
            .isEqualTo(model.objective(found.chosen()));
      } else {
        assertThat(outcome.choices()).as("seed %d", seed).isEmpty();
      }
    }
  }

  private static ChoiceModel paired(
      ChoiceModel model, Random random, long size, boolean neighbours) {
    List<ChoicePair> pairs = new ArrayList<>();
    for (int one = 0; one < model.size(); one++) {
      for (int other = 0; other < model.size(); other++) {
        int gap = model.firstLayer(other) - model.endLayer(one);
        if (gap >= 0 && (gap == 0 || !neighbours) && random.nextInt(3) == 0) {
          pairs.add(new ChoicePair(one, other, random.nextLong(-size, size + 1)));
        }
      }
    }
    return model.withPairs(pairs);
  }

  private static void compare(ChoiceModel model, Random random, long seed) {
    int wanted = random.nextBoolean() ? 1 : random.nextInt(1, 12);
    long[] best = Enumeration.smallest(model, wanted);
    ExactSearch.Outcome outcome =
        ExactSearch.search(model, List.of(), new double[model.rows().size()], wanted, AMPLE);
    assertThat(outcome.choices()).as("seed %d", seed).doesNotHaveDuplicates();
    assertThat(outcome.choices()).as("seed %d", seed).allMatch(model::admits);
    assertThat(outcome.choices().stream().mapToLong(model::objective).toArray())
        .as("seed %d", seed)
        .isEqualTo(best);
    assertThat(outcome.complete()).as("seed %d", seed).isTrue();
    if (best.length > 0) {
      int most = random.nextInt(1, 30);
      long ceiling = best[0] + random.nextInt(1, 4);
      long[] below = Enumeration.smallest(model, most + 1);
      long count = java.util.Arrays.stream(below).filter(value -> value < ceiling).count();
      ExactSearch.allBelow(
              model, outcome.choices(), new double[model.rows().size()], ceiling, most, AMPLE)
          .ifPresent(all -> assertThat((long) all.size()).as("seed %d", seed).isEqualTo(count));
    }
  }
}
