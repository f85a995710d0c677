package io.github.puzzle4j.search.bench.solve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.puzzle4j.solver.Candidate;
import io.github.puzzle4j.solver.PlainSolve;
import io.github.puzzle4j.solver.SelectionProblem;
import io.github.puzzle4j.solver.SelectionSolver;
import io.github.puzzle4j.solver.SolveOptions;
import io.github.puzzle4j.solver.SolveResult;
import io.github.puzzle4j.solver.backend.SolverBackend;
import io.github.puzzle4j.solver.backend.SolverBackends;
import io.github.puzzle4j.solver.json.ProblemFile;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class InstancesTest {

  static Stream<Instance> small() {
    return Instances.of(9, 12, 1).stream();
  }

  @ParameterizedTest
  @MethodSource("small")
  void somethingFits(Instance instance) {
    SelectionProblem problem = instance.problem();
    assertThat(problem.candidates()).hasSize(9 * 12);
    assertThat(problem.limits()).hasSize(3);
    // Proofs of some take long; that something fits is seen at once.
    SolveOptions options = SolveOptions.defaults().withTimeLimit(Duration.ofMillis(500));
    assertThat(SelectionSolver.solve(problem, options)).isInstanceOf(SolveResult.Solved.class);
  }

  @Test
  void everyKindIsThereOnce() {
    List<Instance> instances = Instances.of(80, 56, 1);
    assertThat(instances).hasSize(5 * 3 * 3);
    assertThat(instances.stream().map(Instance::name)).doesNotHaveDuplicates();
    assertThat(instances.getFirst().name()).isEqualTo("uncorrelated-tight-real-80x56-s1");
  }

  @Test
  void ofLargeInstancesTheOneThatEndsForNobodyComesLast() {
    List<Instance> large = Instances.usual(126, 400, 1);
    assertThat(large).extracting(Instance::family).containsExactlyInAnyOrder(Family.values());
    assertThat(large.getLast().family()).isEqualTo(Family.STRONG);
  }

  @Test
  void theSeedAloneDecides() {
    Instance instance = Instances.of(5, 6, 7).getLast();
    assertThat(instance.problem()).isEqualTo(instance.problem());
    assertThat(Instances.of(5, 6, 8).getLast().problem()).isNotEqualTo(instance.problem());
  }

  @Test
  void wholeNumbersAreWholeAndReachTheirLargest() {
    for (Instance instance : Instances.of(6, 20, 3)) {
      SelectionProblem problem = instance.problem();
      double largest =
          problem.candidates().stream().mapToDouble(c -> Math.abs(c.score())).max().orElseThrow();
      switch (instance.numbers()) {
        case REAL -> assertThat(largest).isNotEqualTo(Math.rint(largest));
        case INTEGER -> assertThat(largest).isEqualTo(1000);
        case LARGE_INTEGER -> assertThat(largest).isEqualTo(100_000);
      }
      if (instance.numbers() != Numbers.REAL) {
        assertThat(problem.candidates())
            .allSatisfy(c -> assertThat(c.costs().values()).allMatch(v -> v == Math.rint(v)));
      }
    }
  }

  @Test
  void aGridCostsTheSameInEveryLayer() {
    Instance grid = new Instance(Family.GRID, Tightness.TIGHT, Numbers.REAL, 10, 56, 1);
    Set<Object> costs =
        grid.problem().candidates().stream().map(Candidate::costs).collect(Collectors.toSet());
    assertThat(costs).hasSize(56);
  }

  @Test
  void filesHoldTheSameProblem() throws Exception {
    for (Instance instance : Instances.of(4, 5, 1)) {
      byte[] file = ProblemFile.toJson(instance.problem()).getBytes(StandardCharsets.UTF_8);
      assertThat(ProblemFile.parse(file, "p")).isEqualTo(instance.problem());
    }
  }

  @Test
  void anInstanceWithoutAChoiceIsRefused() {
    assertThatThrownBy(() -> Instances.of(0, 5, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("0x5");
  }

  /** Too large for brute force; the backends must agree among themselves. */
  @Test
  void allBackendsAgreeOnInstancesOfEveryFamily() {
    for (Instance instance : Instances.everyThird(7, 6, 1)) {
      SelectionProblem problem = instance.problem();
      Set<BigDecimal> optima = new TreeSet<>();
      for (String name : workingBackends()) {
        SolveResult result =
            SelectionSolver.solve(problem, SolveOptions.defaults().withBackend(name));
        assertThat(result).as("%s, %s", instance, name).isInstanceOf(SolveResult.Solved.class);
        SolveResult.Solved solved = (SolveResult.Solved) result;
        assertThat(solved.proven()).as("%s, %s", instance, name).isTrue();
        optima.add(solved.selection().exactObjective());
      }
      assertThat(optima).as("%s", instance).hasSize(1);
    }
  }

  /** Its search calls itself for every branch; once, a search of 80 layers ended the process. */
  @Test
  void ojAlgosDeepSearchDoesNotDependOnTheCallersStack() throws InterruptedException {
    SelectionProblem problem =
        new Instance(Family.CORRELATED, Tightness.LOOSE, Numbers.REAL, 80, 30, 1).problem();
    SolverBackend backend = SolverBackends.installed().find("ojalgo").orElseThrow();
    Runnable solve = () -> PlainSolve.solve(problem, backend, Duration.ofSeconds(2), 1);
    // Classes are loaded on a stack that is large enough for that.
    solve.run();
    AtomicReference<Throwable> failure = new AtomicReference<>();
    Thread thread = new Thread(null, solve, "small", 144 << 10);
    thread.setUncaughtExceptionHandler((any, thrown) -> failure.set(thrown));
    thread.start();
    thread.join();
    assertThat(failure).hasNullValue();
  }

  private static List<String> workingBackends() {
    SolverBackends installed = SolverBackends.installed();
    return installed.names().stream()
        .filter(name -> installed.find(name).flatMap(SolverBackend::unavailable).isEmpty())
        .toList();
  }
}
