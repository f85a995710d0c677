package io.github.puzzle4j.solver.exact;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.puzzle4j.solver.backend.ChoiceModel;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Compares models before and after they are tightened, by enumeration. */
final class RoundingCutsTest {

  private static final int CHOICES = 50;

  @Test
  void noChoiceIsLost() {
    assertThat(cutModels(200_000, 1_000, RandomModels::tied)).isPositive();
    assertThat(cutModels(210_000, 1_000, RandomModels::large)).isPositive();
    assertThat(cutModels(220_000, 5, random -> RandomModels.correlated(random, 5, 8, false)))
        .isPositive();
  }

  /** Costs of 100 per head and at most 2 more, with 50 to spare: no fraction of a head fits. */
  @Test
  void theRestOfALimitIsNotSpentOnFractions() {
    double left = 0;
    double gap = 0;
    for (long seed = 230_000; seed < 230_020; seed++) {
      ChoiceModel model = RandomModels.nearMultiples(new Random(seed), 8, 5);
      long best = Enumeration.smallest(model, 1)[0];
      Lattice lattice = Lattice.of(model);
      double plain =
          ColumnGeneration.solved(lattice, new double[1], none(model), clock())
              .priced()
              .getFirst()
              .bound();
      double tight = applied(model, lattice).bound();
      assertThat(tight).as("seed %d", seed).isLessThanOrEqualTo((double) best);
      left += best - tight;
      gap += best - plain;
    }
    assertThat(left).isLessThan(0.7 * gap);
  }

  /** Number of models that got further rows. */
  private static int cutModels(long firstSeed, int models, Function<Random, ChoiceModel> kind) {
    int cut = 0;
    for (long seed = firstSeed; seed < firstSeed + models; seed++) {
      ChoiceModel model = kind.apply(new Random(seed));
      Optional<Lattice> lattice = Reducer.itemsOnPaths(Lattice.of(model));
      if (lattice.isPresent()) {
        Lattice tight = applied(model, lattice.get()).lattice();
        cut += tight.rows() > model.rows().size() ? 1 : 0;
        assertThat(Enumeration.smallest(tight.model(), CHOICES))
            .as("seed %d", seed)
            .isEqualTo(Enumeration.smallest(model, CHOICES));
      }
    }
    return cut;
  }

  private static PricedLattice applied(ChoiceModel model, Lattice lattice) {
    int rows = model.rows().size();
    double[] prices = new double[rows + RoundingCuts.MAX];
    return RoundingCuts.applied(lattice, prices, rows, 0, none(model), clock());
  }

  private static Incumbents none(ChoiceModel model) {
    return Incumbents.of(model, List.of(), 1, Long.MAX_VALUE);
  }

  private static Clock clock() {
    return new Clock(Duration.ofMinutes(5));
  }
}
