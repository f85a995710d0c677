package io.github.puzzle4j.solver;

import io.github.puzzle4j.solver.backend.BackendAnswer;
import io.github.puzzle4j.solver.backend.Budget;
import io.github.puzzle4j.solver.backend.ChoiceModel;
import io.github.puzzle4j.solver.backend.SolverBackend;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Passes a problem to a backend unchanged: all candidates and limits, without reduction, hints or
 * verification. Baseline for benchmarks; not for use where the answer matters.
 */
public final class PlainSolve {

  private PlainSolve() {}

  /** A backend's claim about its answer. */
  public enum Claim {
    OPTIMAL,
    /** Feasible, possibly not optimal. */
    FEASIBLE,
    INFEASIBLE,
    /** Neither a selection nor a proof. */
    NOTHING
  }

  /**
   * Result of the call.
   *
   * @param elapsed wall-clock time of the backend's call, including building its model but not the
   *     conversion to integers
   * @param selection as claimed; empty if the backend returned none, or one that does not cover
   *     each layer exactly once
   * @param brokenLimits bounds that the selection violates in exact decimals
   */
  public record Outcome(
      Claim claim, Duration elapsed, Optional<Selection> selection, List<Bound> brokenLimits) {

    public Outcome {
      brokenLimits = List.copyOf(brokenLimits);
    }
  }

  /**
   * Solves the unreduced problem for one selection, whatever number the problem asks for.
   *
   * @param limit time limit for the backend, which may exceed it
   * @param seed of the backend's random choices
   * @throws IllegalArgumentException if no set of candidates covers each layer exactly once
   */
  public static Outcome solve(
      SelectionProblem problem, SolverBackend backend, Duration limit, long seed) {
    int covered = new LayerPaths(problem.layers(), problem.candidates()).coverableLayers();
    if (covered < problem.layers()) {
      throw new IllegalArgumentException(
          "no set of candidates covers the layers from %d on".formatted(covered));
    }
    ScaledProblem scaled =
        ScaledProblem.optimising(problem, problem.candidates(), problem.bounds());
    ChoiceModel model = scaled.model();
    long start = System.nanoTime();
    BackendAnswer answer = backend.minimise(model, new Budget(limit, seed));
    Duration elapsed = Duration.ofNanos(System.nanoTime() - start);
    return switch (answer) {
      case BackendAnswer.Found found -> {
        Claim claim = found.complete() ? Claim.OPTIMAL : Claim.FEASIBLE;
        if (!model.covers(found.chosen())) {
          yield new Outcome(claim, elapsed, Optional.empty(), List.of());
        }
        Selection selection = Selection.of(problem, scaled.candidates(found.chosen()));
        yield new Outcome(
            claim, elapsed, Optional.of(selection), problem.broken(selection.chosen()));
      }
      case BackendAnswer.NoneExists() ->
          new Outcome(Claim.INFEASIBLE, elapsed, Optional.empty(), List.of());
      case BackendAnswer.GaveUp gaveUp ->
          new Outcome(Claim.NOTHING, elapsed, Optional.empty(), List.of());
    };
  }
}
