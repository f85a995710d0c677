package io.github.puzzle4j.search.run;

import io.github.puzzle4j.scoring.cost.CostTable;
import io.github.puzzle4j.scoring.cost.Measure;
import io.github.puzzle4j.scoring.cost.Scenario;
import io.github.puzzle4j.solver.Bound;
import io.github.puzzle4j.solver.Conflict;
import io.github.puzzle4j.solver.SolveResult;
import java.util.Arrays;
import java.util.List;

/** Explains in the terms of a plan why limits cannot be kept: the solver knows sums over layers. */
record Shortage(CostTable costs) {

  String text(SolveResult result) {
    return switch (result) {
      case SolveResult.Infeasible infeasible -> text(infeasible.conflict());
      case SolveResult.Undecided undecided -> undecided.explanation();
      case SolveResult.Solved _ -> "a choice of other scores fits";
    };
  }

  private String text(Conflict conflict) {
    return switch (conflict) {
      case Conflict.Uncoverable uncoverable -> uncoverable.explanation();
      case Conflict.Unreachable(List<Conflict.Shortfall> shortfalls) ->
          "the best that any choice reaches is "
              + TargetBudget.listed(
                  shortfalls.stream()
                      .map(one -> reached(measure(one.bound()), one.bestReachable()))
                      .toList());
      case Conflict.Contradicting(List<Bound> bounds, boolean _) ->
          "the limits on %s cannot be kept together, though each can alone"
              .formatted(
                  TargetBudget.listed(
                      bounds.stream()
                          .map(bound -> TargetTexts.limit(measure(bound)))
                          .distinct()
                          .toList()));
    };
  }

  private static Measure measure(Bound bound) {
    return Arrays.stream(Measure.values())
        .filter(measure -> measure.id().equals(bound.cost()))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no measure: " + bound));
  }

  /** A sum over layers as the value of a whole model. */
  private String reached(Measure measure, double ofLayers) {
    Scenario scenario = costs.scenario();
    double whole = ofLayers + measure.of(costs.fixed(), scenario);
    return switch (measure) {
      case RUNTIME_SECONDS ->
          "%.0f tokens/s at %s per output token"
              .formatted(
                  scenario.outputTokensOfBatch() / whole / scenario.tensorParallel(),
                  TargetBudget.milliseconds(whole / scenario.outputTokens()));
      case FIRST_TOKEN_SECONDS -> TargetBudget.milliseconds(whole) + " to the first token";
      case MEMORY_BYTES -> "%.2f GiB of memory".formatted(whole / (1L << 30));
      case WEIGHT_BYTES, PARAMETERS, KV_BYTES_PER_TOKEN, ATTENTION_LAYERS ->
          TargetTexts.total(measure, Math.round(whole));
    };
  }
}
