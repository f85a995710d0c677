package io.github.puzzle4j.solver;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.puzzle4j.solver.backend.BackendAnswer;
import io.github.puzzle4j.solver.backend.Budget;
import io.github.puzzle4j.solver.backend.ChoiceModel;
import io.github.puzzle4j.solver.backend.SolverBackend;
import io.github.puzzle4j.solver.backend.SolverBackends;
import io.github.puzzle4j.solver.exact.ExactBackend;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

/** What CP-SAT says about a problem that the default backend does not decide quickly. */
final class AllyTest {

  private static final SolveOptions BRIEF =
      SolveOptions.defaults().withTimeLimit(Duration.ofSeconds(2));

  private static final int LAYERS = 40;
  private static final int COSTS = 8;

  /** Answers every model in the same way. */
  private record Fixed(Function<ChoiceModel, BackendAnswer> claim) implements SolverBackend {

    @Override
    public String name() {
      return "cp-sat";
    }

    @Override
    public Optional<String> unavailable() {
      return Optional.empty();
    }

    @Override
    public Proof proof() {
      return Proof.EXACT;
    }

    @Override
    public BackendAnswer minimise(ChoiceModel model, Budget budget) {
      return claim.apply(model);
    }
  }

  @Test
  void theAnswerNamesTheBackendOnWhoseProofItDepends() {
    SolveResult.Solved solved = solve(model -> new BackendAnswer.NoneExists(), BRIEF);

    assertThat(solved.effort().backend()).isEqualTo("exact+cp-sat");
  }

  @Test
  void aSelectionThatBreaksALimitIsNotUsed() {
    SolveResult.Solved solved = solve(AllyTest::dearest, BRIEF);

    assertThat(problem().broken(solved.selection().chosen())).isEmpty();
    assertThat(solved.proven()).isFalse();
    assertThat(solved.effort().backend()).isEqualTo("exact");
  }

  @Test
  void theBackendThatWasAskedForByNameAsksNoOther() {
    SolveResult.Solved solved =
        solve(model -> new BackendAnswer.NoneExists(), BRIEF.withBackend("exact"));

    assertThat(solved.effort().backend()).isEqualTo("exact");
    assertThat(solved.proven()).isFalse();
  }

  private static SolveResult.Solved solve(
      Function<ChoiceModel, BackendAnswer> claim, SolveOptions options) {
    SolverBackends backends = SolverBackends.of(List.of(new ExactBackend(), new Fixed(claim)));
    return (SolveResult.Solved) SelectionSolver.solve(problem(), options, backends);
  }

  /** The best score of each layer, which costs too much. */
  private static BackendAnswer dearest(ChoiceModel model) {
    List<Integer> chosen =
        model.covers().stream()
            .map(items ->
                items.stream()
                    .min((a, b) -> Long.compare(model.objective(a), model.objective(b)))
                    .orElseThrow())
            .toList();
    return new BackendAnswer.Found(chosen, model.objective(chosen), true);
  }

  /** Scores that are nearly a weighted sum of eight limited costs. */
  private static SelectionProblem problem() {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(5);
    List<Candidate> candidates = new ArrayList<>();
    for (int number = 0; number < LAYERS * 20; number++) {
      Map<String, Double> costs = new LinkedHashMap<>();
      for (int cost = 0; cost < COSTS; cost++) {
        costs.put("cost" + cost, random.nextDouble());
      }
      double worth = costs.values().stream().mapToDouble(Double::doubleValue).sum() / COSTS;
      double score = 1 - worth + 0.1 * random.nextDouble();
      candidates.add(Candidate.of("c" + number, number / 20, score, costs));
    }
    Map<String, Limit> limits = new LinkedHashMap<>();
    for (int cost = 0; cost < COSTS; cost++) {
      limits.put("cost" + cost, new Limit.AtMost(0.45 * LAYERS));
    }
    return SelectionProblem.of(LAYERS, Sense.MIN, candidates, limits);
  }
}
