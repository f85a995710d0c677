package io.github.puzzle4j.solver.insight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.puzzle4j.solver.BruteForce;
import io.github.puzzle4j.solver.Candidate;
import io.github.puzzle4j.solver.Limit;
import io.github.puzzle4j.solver.RandomPairs;
import io.github.puzzle4j.solver.RandomProblems;
import io.github.puzzle4j.solver.Selection;
import io.github.puzzle4j.solver.SelectionProblem;
import io.github.puzzle4j.solver.SelectionSolver;
import io.github.puzzle4j.solver.Sense;
import io.github.puzzle4j.solver.SolveOptions;
import io.github.puzzle4j.solver.SolveResult;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class ResamplingTest {

  private static final Duration LONG = Duration.ofMinutes(5);

  private static Selection best(SelectionProblem problem) {
    return ((SolveResult.Solved) SelectionSolver.solve(problem)).selection();
  }

  private static Resampling resampling(SelectionProblem problem, int samples, long seed) {
    return Resampling.of(problem, best(problem), samples, seed, SolveOptions.defaults(), LONG)
        .orElseThrow();
  }

  private static Candidate candidate(String id, double score, double error) {
    return Candidate.of(id, 0, score, Map.of()).withStandardError(error);
  }

  private static SelectionProblem problem(Sense sense, Candidate... candidates) {
    return SelectionProblem.of(1, sense, List.of(candidates), Map.of());
  }

  /**
   * Two scores 1 apart, each with a standard error of 1. Their difference has a standard error of
   * sqrt(2), so the worse one is better with probability Phi(-1 / sqrt(2)) = 0.2398, and the
   * expected regret is that of a normal distribution: sqrt(2) phi(1 / sqrt(2)) - 0.2398 = 0.1996.
   */
  @ParameterizedTest
  @EnumSource(Sense.class)
  void aKnownCaseHasItsKnownFrequencies(Sense sense) {
    double worse = sense == Sense.MIN ? 1 : -1;
    Resampling resampling =
        resampling(problem(sense, candidate("a", 0, 1), candidate("b", worse, 1)), 1000, 1);
    assertThat(resampling.samples()).isEqualTo(1000);
    assertThat(resampling.proven()).isEqualTo(1000);
    // Three standard deviations of a frequency in 1,000 samples are 0.041.
    assertThat(resampling.share("b")).isCloseTo(0.2398, within(0.041));
    assertThat(resampling.share("a") + resampling.share("b")).isEqualTo(1, within(1e-12));
    assertThat(resampling.unbeaten()).isEqualTo(resampling.share("a"));
    assertThat(resampling.regret().mean()).isCloseTo(0.1996, within(0.05));
    assertThat(resampling.regret().min()).isZero();
    assertThat(resampling.regret().median()).isZero();
    // The deviates of an antithetic pair cancel.
    assertThat(resampling.choice().mean()).isCloseTo(0, within(1e-12));
    assertThat(resampling.choice().standardDeviation()).isCloseTo(1, within(0.05));
    assertThat(resampling.choice().p95()).isCloseTo(1.645, within(0.2));
    assertThat(sense.sign() * resampling.optimum().mean()).isCloseTo(-0.1996, within(0.05));
  }

  @Test
  void exactScoresAlwaysLeadToTheSameChoice() {
    SelectionProblem problem = RandomProblems.large(1, 6, 5, 0.4);
    Resampling resampling = resampling(problem, 5, 1);
    Selection best = best(problem);
    assertThat(resampling.chosen().keySet())
        .containsExactlyInAnyOrderElementsOf(best.chosen().stream().map(Candidate::id).toList());
    assertThat(resampling.chosen().values()).containsOnly(1.0);
    assertThat(resampling.regret().max()).isZero();
    assertThat(resampling.unbeaten()).isEqualTo(1);
    assertThat(resampling.optimum().min()).isEqualTo(best.objective());
    assertThat(resampling.optimum().standardDeviation()).isCloseTo(0, within(1e-12));
  }

  @Test
  void limitsAndRequiredCandidatesHoldInEverySample() {
    for (long seed = 0; seed < 60; seed++) {
      SelectionProblem random = RandomPairs.small(seed);
      SelectionProblem problem =
          random
              .withCandidates(
                  random.candidates().stream().map(c -> c.withStandardError(3)).toList())
              .withForbidden(List.of("L0/0"));
      List<Selection> admissible = BruteForce.admissible(problem);
      if (!admissible.isEmpty()) {
        Resampling resampling = resampling(problem, 6, seed);
        assertThat(resampling.samples()).isEqualTo(6);
        assertThat(resampling.share("L0/0")).isZero();
        assertThat(resampling.regret().min()).isGreaterThanOrEqualTo(0);
        for (String id : resampling.chosen().keySet()) {
          assertThat(admissible)
              .anySatisfy(s -> assertThat(s.chosen()).extracting(Candidate::id).contains(id));
        }
      }
    }
  }

  @Test
  void theSameSeedDrawsTheSameSamples() {
    SelectionProblem problem =
        problem(Sense.MIN, candidate("a", 0, 1), candidate("b", 0.5, 2), candidate("c", 1, 0.5));
    assertThat(resampling(problem, 30, 7)).isEqualTo(resampling(problem, 30, 7));
    assertThat(resampling(problem, 30, 7)).isNotEqualTo(resampling(problem, 30, 8));
  }

  @Test
  void resampledScoresStayInTheValidRange() {
    SelectionProblem problem = problem(Sense.MIN, candidate("a", 1e30, 1e30));
    assertThat(resampling(problem, 10, 1).optimum().max()).isEqualTo(1e30);
  }

  @Test
  void withoutTimeThereIsNothingToReport() {
    SelectionProblem problem = problem(Sense.MIN, candidate("a", 0, 1));
    Optional<Resampling> none =
        Resampling.of(problem, best(problem), 10, 1, SolveOptions.defaults(), Duration.ofNanos(1));
    assertThat(none).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(Sense.class)
  void pessimisticScoresAreWorseByTheirErrors(Sense sense) {
    double sign = sense.sign();
    SelectionProblem problem =
        problem(sense, candidate("bold", sign * 1, 2), candidate("safe", sign * 2, 0.5));
    assertThat(best(problem.pessimistic(0)).chosen().getFirst().id()).isEqualTo("bold");
    Selection careful = best(problem.pessimistic(1));
    assertThat(careful.chosen().getFirst().id()).isEqualTo("safe");
    assertThat(careful.objective()).isEqualTo(sign * 2.5);
    assertThat(careful.in(problem).objective()).isEqualTo(sign * 2);
    assertThat(problem.withLimits(Map.<String, Limit>of()).pessimistic(1).candidates())
        .extracting(Candidate::standardError)
        .containsOnly(0.0);
  }
}
