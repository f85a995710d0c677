package io.github.puzzle4j.search.rounds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.puzzle4j.blocklib.arch.Child;
import io.github.puzzle4j.scoring.quality.ChildLoss;
import io.github.puzzle4j.scoring.quality.Effort;
import io.github.puzzle4j.scoring.quality.Metric;
import io.github.puzzle4j.scoring.quality.ScoreObjective;
import io.github.puzzle4j.search.rounds.EvolutionSearch.Evolved;
import io.github.puzzle4j.search.rounds.EvolutionSearch.Stage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EvolutionSearchTest {

  private static final double PENALTY = 1.4;
  private static final int OFFSPRING = 12;
  private static final int SURVIVORS = 3;
  private static final ChildLoss KL =
      new ChildLoss(ScoreObjective.of(Metric.KL_DIVERGENCE), Optional.empty());
  private static final long FEW = 10;
  private static final long ALL = 80;

  private final List<Child> onFew = new ArrayList<>();
  private final List<Child> onAll = new ArrayList<>();

  /** One that writes down what it was asked for. */
  private static ChildMeter meter(MadeUpTruth truth, List<Child> asked) {
    return children -> {
      asked.addAll(children);
      return children.stream().map(truth::measured).toList();
    };
  }

  private EvolutionSearch search(MadeUpTruth truth, long layerTokens, long seed) {
    return new EvolutionSearch(
        truth,
        OFFSPRING,
        List.of(
            new Stage(meter(truth, onFew), KL, FEW, SURVIVORS),
            new Stage(meter(truth, onAll), KL, ALL, 1)),
        new Effort(layerTokens, 0),
        seed);
  }

  private static long layerTokens(List<Child> children, long tokens) {
    return children.stream().mapToLong(child -> Effort.of(child, tokens).layerTokens()).sum();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void withEnoughEffortItFindsTheBestChildOfAll(long seed) throws IOException {
    MadeUpTruth truth = new MadeUpTruth(seed, PENALTY);

    Evolved found =
        search(truth, 400 * MadeUpTruth.LAYERS * ALL, seed).run(effort -> {}).orElseThrow();

    assertThat(truth.kl(found.best())).isCloseTo(truth.leastKl(), within(1e-9));
  }

  @Test
  void itsEffortIsThatOfTheChildrenThatWereMeasuredAndEndsIt() throws IOException {
    MadeUpTruth truth = new MadeUpTruth(2, PENALTY);
    long granted = 30 * MadeUpTruth.LAYERS * ALL;

    List<Long> told = new ArrayList<>();

    Evolved found =
        search(truth, granted, 1).run(effort -> told.add(effort.layerTokens())).orElseThrow();

    assertThat(told).isSorted().hasSize(found.generations() + 1).startsWith(0L);
    assertThat(told.getLast()).isEqualTo(found.effort().layerTokens());
    assertThat(onFew).doesNotHaveDuplicates().allMatch(truth::keepsAllLimits);
    assertThat(onAll).doesNotHaveDuplicates().contains(found.best());
    long spent = layerTokens(onFew, FEW) + layerTokens(onAll, ALL);
    assertThat(found.effort().layerTokens()).isEqualTo(spent);
    long generation = MadeUpTruth.LAYERS * (OFFSPRING * FEW + (1 + SURVIVORS) * ALL);
    assertThat(spent).isBetween(granted, granted + generation);
    OptionalDouble least = onAll.stream().mapToDouble(truth::kl).min();
    assertThat(truth.kl(found.best())).isEqualTo(least.orElseThrow());
  }

  @Test
  void itEndsWhenNothingNewIsWithinReach() throws IOException {
    MadeUpTruth truth = new MadeUpTruth(3, PENALTY);
    EvolutionSearch endless = search(truth, Long.MAX_VALUE, 1);

    Evolved found = endless.run(effort -> {}).orElseThrow();

    assertThat(truth.kl(found.best())).isCloseTo(truth.leastKl(), within(1e-9));
  }

  @Test
  void theSameSeedGivesTheSameChildren() throws IOException {
    MadeUpTruth truth = new MadeUpTruth(5, PENALTY);
    Optional<Evolved> found = search(truth, 20_000, 7).run(effort -> {});
    List<Child> first = List.copyOf(onAll);
    onAll.clear();

    assertThat(search(truth, 20_000, 7).run(effort -> {})).isEqualTo(found);
    assertThat(onAll).isEqualTo(first);
    onAll.clear();
    search(truth, 20_000, 8).run(effort -> {});
    assertThat(onAll).isNotEqualTo(first);
  }

  @Test
  void aFailureOfTheMeterIsPassedOn() {
    MadeUpTruth truth = new MadeUpTruth(2, PENALTY);
    ChildMeter failing =
        children -> {
          throw new IOException("no weights");
        };
    EvolutionSearch search =
        new EvolutionSearch(
            truth, 4, List.of(new Stage(failing, KL, ALL, 1)), new Effort(1_000_000, 0), 1);

    assertThatThrownBy(() -> search.run(effort -> {}))
        .isInstanceOf(IOException.class)
        .hasMessage("no weights");
  }
}
