package io.github.puzzle4j.solver.insight;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.puzzle4j.solver.BruteForce;
import io.github.puzzle4j.solver.Candidate;
import io.github.puzzle4j.solver.Limit;
import io.github.puzzle4j.solver.RandomPairs;
import io.github.puzzle4j.solver.RandomProblems;
import io.github.puzzle4j.solver.Selection;
import io.github.puzzle4j.solver.SelectionProblem;
import io.github.puzzle4j.solver.Sense;
import io.github.puzzle4j.solver.SolveOptions;
import io.github.puzzle4j.solver.SolveResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

final class OpenCandidatesTest {

  private static final SolveOptions EXACT = SolveOptions.defaults().withBackend(SolveOptions.EXACT);
  private static final Duration AMPLE = Duration.ofMinutes(2);

  /** Nothing that is open is closed; what is open beyond that is said to be undecided. */
  @Test
  void agreesWithEnumeration() {
    int undecided = 0;
    int closed = 0;
    for (long seed = 0; seed < 150; seed++) {
      double z = List.of(0.0, 0.5, 1.0, 2.0).get((int) (seed % 4));
      List<SelectionProblem> problems = new ArrayList<>();
      problems.add(uncertain(RandomProblems.small(seed), seed));
      SelectionProblem first = problems.getFirst();
      problems.add(first.withLimits(Map.of()));
      if (seed % 3 == 0) {
        problems.replaceAll(problem -> RandomPairs.added(problem, 7, 0.3, 3, 2, false));
      }
      Set<String> open = new TreeSet<>();
      problems.forEach(problem -> open.addAll(open(problem, z)));
      OpenCandidates found = OpenCandidates.of(problems, z, EXACT, AMPLE);
      assertThat(found.open()).as("seed %d", seed).containsAll(open);
      Set<String> certain = new TreeSet<>(found.open());
      certain.removeAll(found.undecided());
      assertThat(open).as("seed %d", seed).containsAll(certain);
      undecided += found.undecided().size();
      closed += first.candidates().size() - found.open().size();
    }
    assertThat(closed).isGreaterThan(300);
    assertThat(undecided).isLessThan(closed / 10);
  }

  /** By the definition: some selection with the candidate is not excluded. */
  private static Set<String> open(SelectionProblem problem, double z) {
    Set<String> open = new TreeSet<>();
    List<Selection> all = BruteForce.admissible(problem);
    if (!all.isEmpty()) {
      Selection best = all.getFirst();
      best.chosen().forEach(candidate -> open.add(candidate.id()));
      for (Selection other : all) {
        double variance = variance(other, best) + variance(best, other);
        double worse = problem.sense().sign() * (other.objective() - best.objective());
        if (worse < z * Math.sqrt(variance) - 1e-6) {
          other.chosen().forEach(candidate -> open.add(candidate.id()));
        }
      }
    }
    return open;
  }

  private static double variance(Selection of, Selection without) {
    return of.chosen().stream()
        .filter(candidate -> !without.chosen().contains(candidate))
        .mapToDouble(candidate -> Math.pow(candidate.standardError(), 2))
        .sum();
  }

  private static SelectionProblem uncertain(SelectionProblem problem, long seed) {
    Random random = new Random(seed);
    return problem.withCandidates(
        problem.candidates().stream()
            .map(c -> c.withStandardError(random.nextInt(4) == 0 ? 0 : random.nextDouble()))
            .toList());
  }

  @Test
  void theErrorOfADifferenceCounts() {
    List<Candidate> candidates =
        List.of(
            Candidate.of("a", 0, 1, Map.of()).withStandardError(3),
            Candidate.of("b", 0, 6, Map.of()).withStandardError(4),
            Candidate.of("c", 1, 0, Map.of()).withStandardError(100));
    SelectionProblem problem = SelectionProblem.of(2, Sense.MIN, candidates, Map.of());
    // The error of c is common to both, and that of the difference of a and b is 5.
    assertThat(OpenCandidates.of(List.of(problem), 1.01, EXACT, AMPLE).open())
        .containsExactly("a", "b", "c");
    assertThat(OpenCandidates.of(List.of(problem), 0.99, EXACT, AMPLE).open())
        .containsExactly("a", "c");
  }

  @Test
  void aProblemWithoutASelectionHasNoOpenCandidates() {
    SelectionProblem problem = uncertain(RandomProblems.large(1, 4, 5, 0.5), 1);
    SelectionProblem none = problem.withLimits(Map.of("runtime", new Limit.AtMost(0)));
    OpenCandidates found = OpenCandidates.of(List.of(none), 2, EXACT, AMPLE);
    assertThat(found.open()).isEmpty();
    assertThat(found.best()).hasExactlyElementsOfTypes(SolveResult.Infeasible.class);
  }

  @Test
  void withoutTimeEverythingIsOpenAndUndecided() {
    SelectionProblem problem = uncertain(RandomProblems.large(1, 4, 5, 0.5), 1);
    OpenCandidates found = OpenCandidates.of(List.of(problem), 2, EXACT, Duration.ZERO);
    assertThat(found.open()).hasSize(20);
    assertThat(found.undecided()).hasSize(20);
  }

  @Test
  void aChoiceWithoutErrorsIsStable() {
    SelectionProblem certain = RandomProblems.large(2, 6, 5, 0.4);
    SelectionProblem uncertain =
        certain.withCandidates(
            certain.candidates().stream().map(c -> c.withStandardError(0.5)).toList());
    List<SelectionProblem> problems = List.of(certain, uncertain);
    Map<Integer, Double> shares =
        OpenCandidates.of(problems, 1, EXACT, AMPLE).stability(problems, 40, 3, EXACT, AMPLE);
    assertThat(shares).containsEntry(0, 1.0);
    assertThat(shares.get(1)).isLessThan(0.9);
  }
}
