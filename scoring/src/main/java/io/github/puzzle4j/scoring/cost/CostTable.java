package io.github.puzzle4j.scoring.cost;

import io.github.puzzle4j.blocklib.arch.BlockVariant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What every layer and variant costs in one scenario on one target.
 *
 * @param target name of the GPU
 * @param backend serving engine
 * @param scenario with its batch
 * @param layers of the teacher
 * @param capacity what the target holds
 * @param fixed cost outside the layers
 * @param costs of each variant that some layer may take; a variant costs the same in every layer
 * @param provenance where the numbers come from
 */
public record CostTable(
    String target,
    String backend,
    Scenario scenario,
    int layers,
    Capacity capacity,
    FixedCost fixed,
    Map<BlockVariant, LayerCost> costs,
    String provenance) {

  public CostTable {
    costs = Collections.unmodifiableMap(new LinkedHashMap<>(costs));
    if (layers < 1 || costs.isEmpty()) {
      throw new IllegalArgumentException(
          "%d layers with %d variants: need one of each".formatted(layers, costs.size()));
    }
  }

  /** The variants, in the order of the search space. */
  public List<BlockVariant> variants() {
    return List.copyOf(costs.keySet());
  }

  /**
   * The cost of one variant in one layer.
   *
   * @param layer from 0
   */
  public LayerCost cost(int layer, BlockVariant variant) {
    if (layer < 0 || layer >= layers) {
      throw new IllegalArgumentException("layer=%d of %d layers".formatted(layer, layers));
    }
    LayerCost cost = costs.get(variant);
    if (cost == null) {
      throw new IllegalArgumentException(
          "no cost of %s. Maybe it is not in the search space?".formatted(variant.id()));
    }
    return cost;
  }

  /** The model with these variants, first layer first. */
  public ModelCost total(List<BlockVariant> blocks) {
    if (blocks.size() != layers) {
      throw new IllegalArgumentException(
          "%d block variants for %d layers".formatted(blocks.size(), layers));
    }
    List<LayerCost> chosen = new ArrayList<>();
    for (int layer = 0; layer < layers; layer++) {
      chosen.add(cost(layer, blocks.get(layer)));
    }
    return ModelCost.of(scenario, capacity, fixed, chosen, provenance);
  }

  /** Whether some choice of variants fits the memory. */
  boolean fitsSomehow() {
    double lightest =
        costs.values().stream()
            .mapToDouble(cost -> Measure.MEMORY_BYTES.of(cost, scenario))
            .min()
            .orElseThrow();
    return layers * lightest + Measure.MEMORY_BYTES.of(fixed, scenario)
        <= capacity.usableMemoryBytes();
  }
}
