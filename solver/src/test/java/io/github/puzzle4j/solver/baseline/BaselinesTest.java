package io.github.puzzle4j.solver.baseline;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.puzzle4j.solver.BruteForce;
import io.github.puzzle4j.solver.Candidate;
import io.github.puzzle4j.solver.Limit;
import io.github.puzzle4j.solver.RandomPairs;
import io.github.puzzle4j.solver.RandomProblems;
import io.github.puzzle4j.solver.Selection;
import io.github.puzzle4j.solver.SelectionProblem;
import io.github.puzzle4j.solver.Sense;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class BaselinesTest {

  static LongStream seeds() {
    return LongStream.range(0, 60);
  }

  private static String variant(Candidate candidate) {
    return candidate.id().substring(candidate.id().indexOf('/') + 1);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void whateverABaselineReturnsKeepsTheLimitsAndIsNoBetterThanTheOptimum(long seed) {
    SelectionProblem problem = RandomPairs.small(seed);
    List<Selection> admissible = BruteForce.admissible(problem);
    List<Selection> selections = new ArrayList<>();
    Greedy.select(problem).ifPresent(selections::add);
    Uniform.select(problem, BaselinesTest::variant).ifPresent(selections::add);
    RandomSelection.select(problem, seed).ifPresent(selections::add);
    for (Selection selection : selections) {
      assertThat(admissible).contains(selection);
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void aRandomSelectionIsFoundIfAndOnlyIfFeasible(long seed) {
    SelectionProblem problem = RandomPairs.small(seed);
    assertThat(RandomSelection.select(problem, 5).isPresent())
        .isEqualTo(!BruteForce.admissible(problem).isEmpty());
  }

  @Test
  void theSameSeedDrawsTheSameSelectionAndAnotherSeedAnother() {
    SelectionProblem problem = RandomProblems.large(1, 20, 10, 0.5);
    Optional<Selection> first = RandomSelection.select(problem, 1);
    assertThat(RandomSelection.select(problem, 1)).isEqualTo(first);
    assertThat(RandomSelection.select(problem, 2)).isNotEqualTo(first);
  }

  @Test
  void tightLimitsAreKeptByAllBaselinesOfARealSearch() {
    SelectionProblem problem = RandomProblems.large(2, 40, 12, 0.3);
    Selection greedy = Greedy.select(problem).orElseThrow();
    Selection random = RandomSelection.select(problem, 3).orElseThrow();
    assertThat(problem.broken(greedy.chosen())).isEmpty();
    assertThat(problem.broken(random.chosen())).isEmpty();
    assertThat(greedy.objective()).isLessThan(random.objective());
  }

  /** 8 layers of cost 0 or 1, at most 1 in total: 9 of 256 selections are feasible. */
  @Test
  void everyAdmissibleSelectionIsEquallyLikelyByRejection() {
    assertEvenly(8, 256, 1_800);
  }

  /**
   * 14 layers, 15 of 16384 selections: rejection nearly always fails, so that the Markov chain is
   * tested.
   */
  @Test
  void everyAdmissibleSelectionIsEquallyLikelyByTheMarkovChain() {
    assertEvenly(14, 16_384, 1_500);
  }

  private static void assertEvenly(int layers, int all, int draws) {
    List<Candidate> candidates = new ArrayList<>();
    for (int layer = 0; layer < layers; layer++) {
      candidates.add(Candidate.of("L%d/no".formatted(layer), layer, 0, Map.of("c", 0.0)));
      candidates.add(Candidate.of("L%d/yes".formatted(layer), layer, 0, Map.of("c", 1.0)));
    }
    SelectionProblem problem =
        SelectionProblem.of(layers, Sense.MIN, candidates, Map.of("c", new Limit.AtMost(1)));
    assertThat(all).isEqualTo(1 << layers);
    Map<List<Candidate>, Integer> counts = new HashMap<>();
    for (int seed = 0; seed < draws; seed++) {
      counts.merge(RandomSelection.select(problem, seed).orElseThrow().chosen(), 1, Integer::sum);
    }
    double expected = draws / (layers + 1.0);
    assertThat(counts).hasSize(layers + 1);
    double chiSquare =
        counts.values().stream()
            .mapToDouble(count -> (count - expected) * (count - expected) / expected)
            .sum();
    // Quantile for a probability of 1e-4, with 8 or 14 degrees of freedom.
    assertThat(chiSquare).isLessThan(layers == 8 ? 31.8 : 42.6);
  }

  @Test
  void greedyStartsWithTheLayersOfSmallestEffectAndPassesOnTheRest() {
    // Layer 1 has the smaller mean score; it leaves 2 of its share of 3, so that layer 0 may use 5.
    SelectionProblem problem =
        SelectionProblem.of(
            2,
            Sense.MIN,
            List.of(
                Candidate.of("0/dear", 0, 1, Map.of("c", 5.0)),
                Candidate.of("0/cheap", 0, 9, Map.of("c", 1.0)),
                Candidate.of("1/dear", 1, 0, Map.of("c", 4.0)),
                Candidate.of("1/cheap", 1, 1, Map.of("c", 1.0))),
            Map.of("c", new Limit.AtMost(6)));
    assertThat(Greedy.select(problem).orElseThrow().chosen())
        .extracting(Candidate::id)
        .containsExactly("0/dear", "1/cheap");
  }

  @Test
  void uniformTakesTheBestVariantThatFits() {
    List<Candidate> candidates = new ArrayList<>();
    for (int layer = 0; layer < 3; layer++) {
      candidates.add(Candidate.of("%d/big".formatted(layer), layer, 0, Map.of("c", 3.0)));
      candidates.add(Candidate.of("%d/middle".formatted(layer), layer, 1, Map.of("c", 2.0)));
      candidates.add(Candidate.of("%d/small".formatted(layer), layer, 2, Map.of("c", 1.0)));
    }
    SelectionProblem problem =
        SelectionProblem.of(3, Sense.MIN, candidates, Map.of("c", new Limit.AtMost(8)));
    assertThat(Uniform.select(problem, BaselinesTest::variant).orElseThrow().objective())
        .isEqualTo(3);
  }
}
