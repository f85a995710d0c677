package io.github.puzzle4j.scoring.cost;

import io.github.puzzle4j.blocklib.arch.Layer;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.arch.Replacement;
import io.github.puzzle4j.blocklib.arch.SearchSpace;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Costs of the replacements of a search space in one scenario on one target.
 *
 * @param target name of the GPU
 * @param backend serving engine
 * @param scenario with its batch
 * @param space the replacements that are priced
 * @param capacity of the target
 * @param fixed cost outside the layers
 * @param costs of each layer that occurs in a replacement; independent of its position
 * @param provenance where the numbers come from
 */
public record CostTable(
    String target,
    String backend,
    Scenario scenario,
    SearchSpace space,
    Capacity capacity,
    FixedCost fixed,
    Map<Layer, LayerCost> costs,
    String provenance) {

  public CostTable {
    costs = Collections.unmodifiableMap(new LinkedHashMap<>(costs));
  }

  /**
   * The cost of the layers of a replacement, in order.
   *
   * @throws IllegalArgumentException if the search space has no such layer or span
   */
  public LayerCost cost(Replacement replacement) {
    if (replacement.span().last() >= space.layers().size()) {
      throw new IllegalArgumentException(
          "no cost of %s: the teacher has %d layers"
              .formatted(replacement.id(), space.layers().size()));
    }
    LayerCost sum = cost(replacement.instead().getFirst());
    for (Layer layer : replacement.instead().subList(1, replacement.instead().size())) {
      sum = sum.plus(cost(layer));
    }
    return sum;
  }

  /**
   * The cost of one layer.
   *
   * @throws IllegalArgumentException if the search space has no such layer
   */
  public LayerCost cost(Layer layer) {
    LayerCost cost = costs.get(layer);
    if (cost == null) {
      throw new IllegalArgumentException(
          "no cost of %s. Maybe it is not in the search space?".formatted(layer.id()));
    }
    return cost;
  }

  /** A child made of replacements of the search space. */
  public ModelCost total(Model child) {
    return ModelCost.of(
        scenario, capacity, fixed, child.layers().stream().map(this::cost).toList(), provenance);
  }

  /** Whether the smallest child fits the memory: the shortest path over the layers in bytes. */
  boolean fitsSomehow() {
    int layers = space.layers().size();
    double[] lightest = new double[layers + 1];
    Arrays.fill(lightest, 0, layers, Double.POSITIVE_INFINITY);
    for (int layer = layers - 1; layer >= 0; layer--) {
      for (Replacement replacement : space.startingAt(layer)) {
        double rest = lightest[replacement.span().last() + 1];
        double bytes = Measure.MEMORY_BYTES.of(cost(replacement), scenario);
        lightest[layer] = Math.min(lightest[layer], bytes + rest);
      }
    }
    return lightest[0] + Measure.MEMORY_BYTES.of(fixed, scenario) <= capacity.usableMemoryBytes();
  }
}
