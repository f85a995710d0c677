package io.github.puzzle4j.solver;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.puzzle4j.solver.backend.BackendAnswer;
import io.github.puzzle4j.solver.backend.Budget;
import io.github.puzzle4j.solver.backend.ChoiceModel;
import io.github.puzzle4j.solver.backend.SolverBackend;
import io.github.puzzle4j.solver.backend.SolverBackends;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class DishonestBackendTest {

  /** A problem that the reduction alone does not solve, so that the backend is called. */
  private static final SelectionProblem PROBLEM = RandomProblems.strong(1);

  private static final double OPTIMUM =
      ((SolveResult.Solved) SelectionSolver.solve(PROBLEM)).objective();

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
    SolveResult result =
        SelectionSolver.solve(
            PROBLEM,
            SolveOptions.defaults().withBackend("liar"),
            SolverBackends.of(List.of(backend)));
    assertThat(result.effort().backendCalls()).isPositive();
    return result;
  }

  /** A random choice that covers each layer once and may violate rows. */
  private static List<Integer> anyChoice(ChoiceModel model) {
    return model.covers().stream().map(List::getLast).toList();
  }

  /** Choices that skip a layer, cover one twice, or contain items that do not exist. */
  static Stream<List<Integer>> impossibleSelections() {
    return Stream.of(List.of(0), List.of(0, 1, 3), List.of(0, 99_999), List.of(-1), List.of());
  }

  @ParameterizedTest
  @MethodSource("impossibleSelections")
  void invalidSelectionsAreRejected(List<Integer> items) {
    SolveResult result =
        solve(SolverBackend.Proof.EXACT, model -> new BackendAnswer.Found(items, 0, true));
    assertThat(result)
        .isInstanceOfSatisfying(
            SolveResult.Solved.class, solved -> assertThat(solved.objective()).isEqualTo(OPTIMUM));
  }

  @Test
  void unreliableOptimaAreProvenOrCorrected() {
    isSolved(
        solve(
            SolverBackend.Proof.UNRELIABLE,
            model -> {
              List<Integer> some = anyChoice(model);
              return new BackendAnswer.Found(some, model.objective(some), true);
            }));
  }

  @Test
  void unreliableInfeasibilityIsCorrected() {
    isSolved(solve(SolverBackend.Proof.UNRELIABLE, model -> new BackendAnswer.NoneExists()));
  }

  @Test
  void problemsThatABackendGivesUpAreSolved() {
    isSolved(solve(SolverBackend.Proof.EXACT, model -> new BackendAnswer.GaveUp("no mood")));
  }

  private static void isSolved(SolveResult result) {
    assertThat(result)
        .isInstanceOfSatisfying(
            SolveResult.Solved.class,
            solved -> {
              assertThat(solved.proven()).isTrue();
              assertThat(solved.objective()).isEqualTo(OPTIMUM);
              assertThat(solved.bound()).isEqualTo(OPTIMUM);
              assertThat(solved.gap()).isZero();
            });
  }
}
