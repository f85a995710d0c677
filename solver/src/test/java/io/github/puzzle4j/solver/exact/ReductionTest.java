package io.github.puzzle4j.solver.exact;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.puzzle4j.solver.backend.BackendAnswer;
import io.github.puzzle4j.solver.backend.ChoiceModel;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Tests that the optimum of random models is in the reduced model or is the known choice. */
final class ReductionTest {

  @Test
  void keepsTheOptimumOfSmallModels() {
    compare(100_000, 500, RandomModels::tied);
    compare(110_000, 500, RandomModels::large);
  }

  @Test
  void keepsTheOptimumOfHardModels() {
    compare(120_000, 3, random -> RandomModels.correlated(random, 6, 9, true));
    compare(130_000, 3, random -> RandomModels.almostTied(random, 6, 9));
  }

  private static void compare(long firstSeed, int models, Function<Random, ChoiceModel> kind) {
    for (long seed = firstSeed; seed < firstSeed + models; seed++) {
      ChoiceModel model = kind.apply(new Random(seed));
      long[] best = Enumeration.smallest(model, 1);
      // Without time, only the first bounds remove items, so that a core is left.
      for (Duration time : List.of(Duration.ZERO, Duration.ofMinutes(5))) {
        requireOptimum(best, model, time, "seed %d, %s".formatted(seed, time));
      }
    }
  }

  private static void requireOptimum(long[] best, ChoiceModel model, Duration time, String name) {
    Reduction reduction = Reduction.of(model, List.of(), new double[model.rows().size()], time);
    BackendAnswer answer =
        reduction.core().map(core -> reduction.answer(optimum(core))).orElseGet(reduction::answer);
    if (best.length == 0) {
      assertThat(answer).as(name).isEqualTo(new BackendAnswer.NoneExists());
    } else {
      assertThat(answer).as(name).isInstanceOf(BackendAnswer.Found.class);
      BackendAnswer.Found found = (BackendAnswer.Found) answer;
      assertThat(model.admits(found.chosen())).as(name).isTrue();
      assertThat(model.objective(found.chosen())).as(name).isEqualTo(best[0]);
      assertThat(found.complete()).as(name).isTrue();
      assertThat(found.bound()).as(name).isEqualTo((double) best[0]);
    }
  }

  private static BackendAnswer optimum(ChoiceModel core) {
    return ExactSearch.verify(core, new BackendAnswer.GaveUp("not asked"), Duration.ofMinutes(5));
  }
}
