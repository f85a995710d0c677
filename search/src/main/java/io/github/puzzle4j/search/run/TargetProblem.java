package io.github.puzzle4j.search.run;

import io.github.puzzle4j.blocklib.arch.BlockVariant;
import io.github.puzzle4j.blocklib.arch.LayerSpaces;
import io.github.puzzle4j.blocklib.arch.ModelConfig;
import io.github.puzzle4j.blocklib.arch.SearchSpace;
import io.github.puzzle4j.export.CheckpointExporter;
import io.github.puzzle4j.export.ServingEngine;
import io.github.puzzle4j.scoring.cost.Budget;
import io.github.puzzle4j.scoring.cost.CostTable;
import io.github.puzzle4j.scoring.cost.LayerCost;
import io.github.puzzle4j.scoring.cost.LinearLimit;
import io.github.puzzle4j.scoring.cost.Measure;
import io.github.puzzle4j.scoring.cost.ServingLimit;
import io.github.puzzle4j.scoring.quality.Metric;
import io.github.puzzle4j.scoring.quality.ScoreTable;
import io.github.puzzle4j.solver.Candidate;
import io.github.puzzle4j.solver.Limit;
import io.github.puzzle4j.solver.Selection;
import io.github.puzzle4j.solver.SelectionProblem;
import io.github.puzzle4j.solver.Sense;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a target asks of a choice of variants, in the solver's terms: scores and costs that add up
 * over layers, and limits on the sums.
 */
final class TargetProblem {

  private final ScoreTable scores;
  private final Metric metric;
  private final Loadable loadable;

  /**
   * Problems over these scores.
   *
   * @param exporters formats that the child must fit; what one of them cannot hold is no candidate
   */
  TargetProblem(
      ModelConfig config, ScoreTable scores, Metric metric, List<CheckpointExporter> exporters) {
    this.scores = scores;
    this.metric = metric;
    this.loadable = new Loadable(config, exporters);
  }

  /**
   * The problem at the batch of a cost table.
   *
   * @param spaces of the layers
   * @param engine that the costs are for; what it cannot load is no candidate
   */
  SelectionProblem of(
      CostTable costs, LayerSpaces spaces, ServingEngine engine, List<ServingLimit> limits) {
    List<Candidate> candidates = new ArrayList<>();
    for (int layer = 0; layer < costs.layers(); layer++) {
      SearchSpace space = spaces.layer(layer);
      for (BlockVariant variant : space.blocks()) {
        if (loadable.allows(engine, layer, variant)) {
          candidates.add(candidate(costs, layer, variant, space.own()));
        }
      }
    }
    Map<String, Limit> bounds = new LinkedHashMap<>();
    for (LinearLimit limit : new Budget(limits).linear(costs)) {
      bounds.put(limit.measure().id(), new Limit.AtMost(limit.max()));
    }
    return SelectionProblem.of(costs.layers(), Sense.MIN, candidates, bounds);
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

  private Candidate candidate(CostTable table, int layer, BlockVariant variant, BlockVariant own) {
    LayerCost cost = table.cost(layer, variant);
    Map<String, Double> costs = new LinkedHashMap<>();
    for (Measure measure : Measure.values()) {
      costs.put(measure.id(), measure.of(cost, table.scenario()));
    }
    double score =
        scores.score(layer, variant.id()).in(metric).mean()
            - scores.score(layer, own.id()).in(metric).mean();
    return Candidate.of("L%d/%s".formatted(layer, variant.id()), layer, score, costs);
  }

  /** The variant that a candidate stands for. */
  static BlockVariant variant(Candidate candidate) {
    return BlockVariant.parse(candidate.id().substring(candidate.id().indexOf('/') + 1));
  }

  /** The layers of a selection, first to last. */
  static List<BlockVariant> blocks(Selection selection) {
    return selection.chosen().stream().map(TargetProblem::variant).toList();
  }
}
