package io.github.puzzle4j.solver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.puzzle4j.solver.baseline.Greedy;
import io.github.puzzle4j.solver.baseline.RandomSelection;
import io.github.puzzle4j.solver.baseline.Uniform;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RequiredAndForbiddenTest {

  private static final SelectionProblem PROBLEM =
      SelectionProblem.of(
          3,
          Sense.MIN,
          List.of(
              candidate("a0", 0, 1),
              candidate("b0", 0, 2),
              candidate("a1", 1, 1),
              candidate("b1", 1, 5),
              candidate("a2", 2, 1),
              new Candidate("run", List.of(1, 2), 9, Map.of("c", 1.0))),
          Map.of("c", new Limit.AtMost(10)));

  private static Candidate candidate(String id, int layer, double score) {
    return Candidate.of(id, layer, score, Map.of("c", 1.0));
  }

  private static List<String> chosen(SelectionProblem problem) {
    return ((SolveResult.Solved) SelectionSolver.solve(problem))
        .selection().chosen().stream().map(Candidate::id).toList();
  }

  @Test
  void requiredCandidatesAreChosenAndExcludeOthers() {
    SelectionProblem problem = PROBLEM.withRequired(List.of("run", "b0"));
    assertThat(chosen(problem)).containsExactly("b0", "run");
    assertThat(problem.available()).extracting(Candidate::id).containsExactly("b0", "run");
  }

  @Test
  void forbiddenCandidatesAreNotChosen() {
    assertThat(chosen(PROBLEM.withForbidden(List.of("a0", "a1"))))
        .containsExactly("b0", "b1", "a2");
  }

  @Test
  void aLayerWithoutCandidatesIsInfeasible() {
    SelectionProblem problem = PROBLEM.withForbidden(List.of("a1", "b1", "run"));
    assertThat(problem.narrowed()).isEmpty();
    assertThat(SelectionSolver.solve(problem))
        .isInstanceOfSatisfying(
            SolveResult.Infeasible.class,
            none -> assertThat(none.conflict()).isEqualTo(new Conflict.Uncoverable(1)));
    SelectionProblem first = PROBLEM.withForbidden(List.of("a0", "b0"));
    assertThat(SelectionSolver.solve(first).explanation())
        .isEqualTo(
            "no set of candidates covers each layer exactly once: none begins at layer 0 and goes"
                + " on to the end");
    assertThat(Greedy.select(problem)).isEmpty();
    assertThat(Uniform.select(problem, c -> c.id().substring(0, 1))).isEmpty();
    assertThat(RandomSelection.select(problem, 1)).isEmpty();
  }

  @Test
  void aRequiredRunCanLeaveNeighboursUncovered() {
    SelectionProblem problem =
        SelectionProblem.of(
                3,
                Sense.MIN,
                List.of(
                    candidate("a0", 0, 1),
                    new Candidate("front", List.of(0, 1), 1, Map.of()),
                    new Candidate("back", List.of(1, 2), 1, Map.of())),
                Map.of())
            .withRequired(List.of("front"));
    assertThat(SelectionSolver.solve(problem)).isInstanceOf(SolveResult.Infeasible.class);
  }

  @Test
  void contradictionsAreRejected() {
    refused(PROBLEM::withRequired, List.of("zz"), "required names 'zz', but there is no such");
    refused(PROBLEM::withForbidden, List.of("zz"), "forbidden names 'zz', but there is no such");
    refused(PROBLEM::withRequired, List.of("a0", "a0"), "required names 'a0' twice");
    refused(
        PROBLEM.withForbidden(List.of("a0"))::withRequired,
        List.of("a0"),
        "candidate 'a0' is both required and forbidden");
    refused(
        PROBLEM::withRequired,
        List.of("a2", "run"),
        "required candidates 'a2' and 'run' both cover layer 2");
  }

  private interface Change {
    SelectionProblem with(List<String> ids);
  }

  private static void refused(Change change, List<String> ids, String complaint) {
    assertThatThrownBy(() -> change.with(ids))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(complaint);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3})
  void optimaAreThoseOfBruteForce(int batch) {
    for (long seed = 100L * batch; seed < 100L * batch + 100; seed++) {
      SelectionProblem problem = conditioned(seed);
      List<Selection> admissible = BruteForce.admissible(problem);
      if (SelectionSolver.solve(problem) instanceof SolveResult.Solved solved) {
        assertThat(solved.proven()).isTrue();
        assertThat(admissible).as("seed %d", seed).contains(solved.selection());
        assertThat(solved.objective())
            .as("seed %d", seed)
            .isCloseTo(admissible.getFirst().objective(), within(1e-9));
      } else {
        assertThat(admissible).as("seed %d", seed).isEmpty();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void baselinesRespectRequiredAndForbiddenCandidates(int batch) {
    int found = 0;
    for (long seed = 100L * batch; seed < 100L * batch + 60; seed++) {
      SelectionProblem problem = conditioned(seed);
      List<Selection> admissible = BruteForce.admissible(problem);
      List<Optional<Selection>> baselines =
          List.of(
              Greedy.select(problem),
              Uniform.select(problem, c -> c.id().substring(c.id().indexOf('/') + 1)),
              RandomSelection.select(problem, seed));
      for (Optional<Selection> baseline : baselines) {
        if (baseline.isPresent()) {
          found++;
          assertThat(admissible).as("seed %d", seed).contains(baseline.get());
        }
      }
    }
    assertThat(found).isPositive();
  }

  /** A problem with up to three forbidden candidates, and sometimes a required one. */
  private static SelectionProblem conditioned(long seed) {
    SelectionProblem problem = RandomProblems.small(seed);
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed + 77);
    List<Candidate> candidates = problem.candidates();
    List<String> required = new ArrayList<>();
    if (random.nextBoolean()) {
      required.add(candidates.get(random.nextInt(candidates.size())).id());
    }
    List<String> forbidden =
        Stream.generate(() -> candidates.get(random.nextInt(candidates.size())).id())
            .limit(random.nextInt(4))
            .filter(id -> !required.contains(id))
            .distinct()
            .toList();
    return problem.withRequired(required).withForbidden(forbidden);
  }
}
