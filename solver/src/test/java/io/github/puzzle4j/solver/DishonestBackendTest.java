package io.github.puzzle4j.solver;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.puzzle4j.solver.backend.BackendAnswer;
import io.github.puzzle4j.solver.backend.Budget;
import io.github.puzzle4j.solver.backend.ChoiceModel;
import io.github.puzzle4j.solver.backend.SolverBackend;
import io.github.puzzle4j.solver.backend.SolverBackends;
import io.github.puzzle4j.solver.exact.ExactSearch;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

final class DishonestBackendTest {

  /** Reduction leaves something to ask the backend about. */
  private static final SelectionProblem PROBLEM = RandomProblems.strong(1);

  private static final Duration SECONDS = Duration.ofSeconds(60);

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

  /** Covers each layer once; whether it keeps the rows is left to chance. */
  private static List<Integer> anyChoice(ChoiceModel model) {
    return model.covers().stream().map(List::getLast).toList();
  }

  static Stream<Arguments> impossibleSelections() {
    return Stream.of(
            List.of(0), List.of(0, 1, 3), List.of(0, 99_999), List.of(-1), List.<Integer>of())
        .flatMap(items ->
            Stream.of(SolverBackend.Proof.values())
                .filter(proof -> proof != SolverBackend.Proof.OWN)
                .map(proof -> Arguments.of(items, proof)));
  }

  /** A layer left out or covered twice, items that do not exist. */
  @ParameterizedTest
  @MethodSource("impossibleSelections")
  void whatIsNoSelectionIsReplacedByOneThatIs(List<Integer> items, SolverBackend.Proof proof) {
    SolveResult result = solve(proof, model -> new BackendAnswer.Found(items, 0, true));
    assertThat(result)
        .isInstanceOfSatisfying(
            SolveResult.Solved.class, solved -> assertThat(solved.objective()).isEqualTo(OPTIMUM));
  }

  @ParameterizedTest
  @EnumSource(value = SolverBackend.Proof.class, mode = EnumSource.Mode.EXCLUDE, names = "OWN")
  void aSelectionThatIsNotTheBestIsNotCalledOptimal(SolverBackend.Proof proof) {
    SolveResult result =
        solve(
            proof,
            model -> {
              List<Integer> some = anyChoice(model);
              return new BackendAnswer.Found(some, model.objective(some), true);
            });
    assertThat(result)
        .isInstanceOfSatisfying(
            SolveResult.Solved.class,
            solved -> {
              assertThat(solved.proven()).isTrue();
              assertThat(solved.objective()).isEqualTo(OPTIMUM);
            });
  }

  @ParameterizedTest
  @EnumSource(value = SolverBackend.Proof.class, mode = EnumSource.Mode.EXCLUDE, names = "OWN")
  void aFeasibleProblemIsNotCalledInfeasible(SolverBackend.Proof proof) {
    SolveResult result = solve(proof, model -> new BackendAnswer.NoneExists());
    assertThat(result)
        .isInstanceOfSatisfying(
            SolveResult.Solved.class, solved -> assertThat(solved.objective()).isEqualTo(OPTIMUM));
  }

  @Test
  void anOptimumWhoseBoundDoesNotShowItIsProvenAnew() {
    SolveResult result =
        solve(
            SolverBackend.Proof.TOLERANCE,
            model ->
                ExactSearch.settle(model, new BackendAnswer.GaveUp(""), SECONDS)
                        instanceof BackendAnswer.Found best
                    ? new BackendAnswer.Found(best.chosen(), -1e18, true)
                    : new BackendAnswer.NoneExists());
    assertThat(result)
        .isInstanceOfSatisfying(
            SolveResult.Solved.class,
            solved -> {
              assertThat(solved.proven()).isTrue();
              assertThat(solved.bound()).isEqualTo(OPTIMUM);
              assertThat(solved.gap()).isZero();
            });
  }

  @Test
  void aBackendThatGivesUpIsHelpedOut() {
    SolveResult result =
        solve(SolverBackend.Proof.EXACT, model -> new BackendAnswer.GaveUp("no mood"));
    assertThat(result)
        .isInstanceOfSatisfying(
            SolveResult.Solved.class, solved -> assertThat(solved.objective()).isEqualTo(OPTIMUM));
  }
}
