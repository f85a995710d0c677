package io.github.puzzle4j.solver;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.puzzle4j.solver.backend.BackendAnswer;
import io.github.puzzle4j.solver.backend.Budget;
import io.github.puzzle4j.solver.backend.ChoiceModel;
import io.github.puzzle4j.solver.backend.SolverBackend;
import io.github.puzzle4j.solver.backend.SolverBackends;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

final class DishonestBackendTest {

  /** Two layers of a dear and good (items 0, 2) and a cheap and bad candidate (1, 3). */
  private static final SelectionProblem PROBLEM =
      SelectionProblem.of(
          2,
          Sense.MIN,
          List.of(
              Candidate.of("good0", 0, 1, Map.of("c", 2.0)),
              Candidate.of("bad0", 0, 5, Map.of("c", 1.0)),
              Candidate.of("good1", 1, 1, Map.of("c", 2.0)),
              Candidate.of("bad1", 1, 4, Map.of("c", 1.0))),
          Map.of("c", new Limit.AtMost(3)));

  private static SolveResult solve(
      SolverBackend.Proof proof, Function<ChoiceModel, BackendAnswer> claims) {
    SolverBackend backend =
        new SolverBackend() {
          @Override
          public String name() {
            return "liar";
          }

          @Override
          public Optional<String> unavailable() {
            return Optional.empty();
          }

          @Override
          public Proof proof() {
            return proof;
          }

          @Override
          public BackendAnswer minimise(ChoiceModel model, Budget budget) {
            return claims.apply(model);
          }
        };
    return SelectionSolver.solve(
        PROBLEM, SolveOptions.defaults().withBackend("liar"), SolverBackends.of(List.of(backend)));
  }

  static Stream<Arguments> impossibleSelections() {
    return Stream.of(List.of(0, 2), List.of(0), List.of(0, 1, 3), List.of(0, 9), List.<Integer>of())
        .flatMap(items ->
            Stream.of(SolverBackend.Proof.values()).map(proof -> Arguments.of(items, proof)));
  }

  /** Beyond a limit, a layer left out or covered twice, items that do not exist. */
  @ParameterizedTest
  @MethodSource("impossibleSelections")
  void whatIsNoSelectionIsReplacedByOneThatIs(List<Integer> items, SolverBackend.Proof proof) {
    SolveResult result = solve(proof, model -> new BackendAnswer.Found(items, 0, true));
    assertThat(result)
        .isInstanceOfSatisfying(
            SolveResult.Solved.class, solved -> assertThat(solved.objective()).isEqualTo(5));
  }

  @ParameterizedTest
  @EnumSource(SolverBackend.Proof.class)
  void aSelectionThatIsNotTheBestIsNotCalledOptimal(SolverBackend.Proof proof) {
    SolveResult result =
        solve(
            proof,
            model -> new BackendAnswer.Found(List.of(1, 3), model.objective(List.of(1, 3)), true));
    assertThat(result)
        .isInstanceOfSatisfying(
            SolveResult.Solved.class,
            solved -> {
              assertThat(solved.proven()).isTrue();
              assertThat(solved.objective()).isEqualTo(5);
            });
  }

  @ParameterizedTest
  @EnumSource(SolverBackend.Proof.class)
  void aFeasibleProblemIsNotCalledInfeasible(SolverBackend.Proof proof) {
    SolveResult result = solve(proof, model -> new BackendAnswer.NoneExists());
    assertThat(result)
        .isInstanceOfSatisfying(
            SolveResult.Solved.class, solved -> assertThat(solved.objective()).isEqualTo(5));
  }

  @Test
  void anOptimumWhoseBoundDoesNotShowItIsProvenAnew() {
    SolveResult result =
        solve(
            SolverBackend.Proof.TOLERANCE,
            model -> new BackendAnswer.Found(List.of(0, 3), -1e6, true));
    assertThat(result)
        .isInstanceOfSatisfying(
            SolveResult.Solved.class,
            solved -> {
              assertThat(solved.proven()).isTrue();
              assertThat(solved.bound()).isEqualTo(5);
              assertThat(solved.gap()).isZero();
            });
  }

  @Test
  void aBackendThatGivesUpIsHelpedOut() {
    SolveResult result =
        solve(SolverBackend.Proof.EXACT, model -> new BackendAnswer.GaveUp("no mood"));
    assertThat(result)
        .isInstanceOfSatisfying(
            SolveResult.Solved.class, solved -> assertThat(solved.objective()).isEqualTo(5));
  }
}
