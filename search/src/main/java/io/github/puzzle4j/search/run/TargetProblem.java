package io.github.puzzle4j.search.run;

import io.github.puzzle4j.blocklib.arch.Child;
import io.github.puzzle4j.blocklib.arch.Layer;
import io.github.puzzle4j.blocklib.arch.NoAttention;
import io.github.puzzle4j.blocklib.arch.NoFfn;
import io.github.puzzle4j.blocklib.arch.Replacement;
import io.github.puzzle4j.blocklib.arch.SearchSpace;
import io.github.puzzle4j.scoring.cost.Budget;
import io.github.puzzle4j.scoring.cost.CostTable;
import io.github.puzzle4j.scoring.cost.LayerCost;
import io.github.puzzle4j.scoring.cost.LinearLimit;
import io.github.puzzle4j.scoring.cost.Measure;
import io.github.puzzle4j.scoring.cost.ServingLimit;
import io.github.puzzle4j.scoring.quality.ScoreObjective;
import io.github.puzzle4j.scoring.quality.ScoreTable;
import io.github.puzzle4j.scoring.quality.TokenMean;
import io.github.puzzle4j.search.rounds.ChildProblem;
import io.github.puzzle4j.solver.Candidate;
import io.github.puzzle4j.solver.Limit;
import io.github.puzzle4j.solver.Selection;
import io.github.puzzle4j.solver.SelectionProblem;
import io.github.puzzle4j.solver.Sense;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * The solver's problem for a target: additive scores and costs of replacements, and limits on the
 * sums.
 *
 * @param space whose replacements may be chosen
 * @param problem for the solver
 * @param replacements by the ids of the problem's candidates
 */
record TargetProblem(
    SearchSpace space, SelectionProblem problem, Map<String, Replacement> replacements)
    implements ChildProblem {

  /**
   * The problem at the batch of a cost table.
   *
   * @param allowed replacements that formats and engine can hold
   * @param limits of the target
   * @param attends whether a child without any KV cache is excluded
   */
  static TargetProblem of(
      CostTable costs,
      List<Replacement> allowed,
      ScoreTable scores,
      ScoreObjective objective,
      List<ServingLimit> limits,
      boolean attends) {
    List<Candidate> candidates = new ArrayList<>();
    Map<String, Replacement> replacements = new LinkedHashMap<>();
    for (Replacement replacement : allowed) {
      candidates.add(candidate(costs, replacement, scores, objective));
      replacements.put(replacement.id(), replacement);
    }
    Map<String, Limit> bounds = new LinkedHashMap<>();
    for (LinearLimit limit : new Budget(limits).linear(costs)) {
      bounds.put(limit.measure().id(), new Limit.AtMost(limit.max()));
    }
    if (attends) {
      Limit one = new Limit.AtLeast(1);
      bounds.merge(Measure.ATTENTION_LAYERS.id(), one, Limit::and);
    }
    SearchSpace space = costs.space();
    return new TargetProblem(
        space,
        SelectionProblem.of(space.layers().size(), Sense.MIN, candidates, bounds),
        replacements);
  }

  private static Candidate candidate(
      CostTable table, Replacement replacement, ScoreTable scores, ScoreObjective objective) {
    LayerCost cost = table.cost(replacement);
    Map<String, Double> costs = new LinkedHashMap<>();
    for (Measure measure : Measure.values()) {
      costs.put(measure.id(), measure.of(cost, table.scenario()));
    }
    int first = replacement.span().first();
    Replacement own = Replacement.of(first, table.space().layer(first).own());
    TokenMean score = objective.of(scores.score(replacement), scores.score(own));
    return new Candidate(
        replacement.id(),
        IntStream.rangeClosed(first, replacement.span().last()).boxed().toList(),
        score.mean(),
        costs,
        score.standardError());
  }

  /** The most seconds that the layers may take together under these limits. */
  static double runtimeLimit(CostTable costs, List<ServingLimit> limits) {
    return new Budget(limits)
        .linear(costs).stream()
            .filter(limit -> limit.measure() == Measure.RUNTIME_SECONDS)
            .mapToDouble(LinearLimit::max)
            .findFirst()
            .orElseThrow(() -> new IllegalArgumentException("no limit on runtime: " + limits));
  }

  /** Whether a replacement keeps the teacher's layer as it is, or leaves it out. */
  boolean isOwnOrLeftOut(Replacement replacement) {
    int first = replacement.span().first();
    Layer leftOut = new Layer(new NoAttention(), new NoFfn());
    return replacement.equals(Replacement.of(first, space.layer(first).own()))
        || replacement.equals(Replacement.of(first, leftOut));
  }

  /**
   * Whether a replacement keeps, or leaves out, each of attention and FFN of the teacher's layer.
   */
  boolean onlyOmits(Replacement replacement) {
    if (replacement.span().length() != 1 || replacement.instead().size() != 1) {
      return false;
    }
    Layer own = space.layer(replacement.span().first()).own();
    Layer instead = replacement.instead().getFirst();
    return (instead.attention().equals(own.attention())
            || instead.attention() instanceof NoAttention)
        && (instead.ffn().equals(own.ffn()) || instead.ffn() instanceof NoFfn);
  }

  @Override
  public Replacement replacement(Candidate candidate) {
    return Objects.requireNonNull(replacements.get(candidate.id()), candidate.id());
  }

  @Override
  public Child child(Selection selection) {
    return new Child(space.teacher(), selection.chosen().stream().map(this::replacement).toList());
  }
}
