package io.github.puzzle4j.search.run;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.arch.BlockVariant;
import io.github.puzzle4j.blocklib.arch.LayerSpaces;
import io.github.puzzle4j.blocklib.arch.ModelConfig;
import io.github.puzzle4j.export.CheckpointExporter;
import io.github.puzzle4j.export.ServingEngine;
import java.util.List;
import java.util.Optional;

/**
 * Which variants a child may have that is written in some formats and served by some engine.
 *
 * @param exporters all formats that the child must fit
 */
record Loadable(ModelConfig config, List<CheckpointExporter> exporters) {

  Loadable {
    exporters = List.copyOf(exporters);
  }

  boolean allows(ServingEngine engine, int layer, BlockVariant variant) {
    return engine.objection(layer, variant).isEmpty()
        && exporters.stream()
            .allMatch(exporter -> exporter.objection(config, layer, variant).isEmpty());
  }

  /**
   * Refuses targets for which a layer has no variant at all: nothing could be chosen in the end.
   *
   * @param targets of a plan, in its order
   * @throws InvalidInputException naming the key to blame, the layer and why
   */
  void requireSome(List<PricedTarget> targets) throws InvalidInputException {
    for (int i = 0; i < targets.size(); i++) {
      requireSome("targets[%d]".formatted(i), targets.get(i));
    }
  }

  private void requireSome(String key, PricedTarget target) throws InvalidInputException {
    LayerSpaces spaces = target.spaces();
    for (int layer = 0; layer < spaces.layers().size(); layer++) {
      int current = layer;
      if (spaces.layer(layer).blocks().stream()
          .noneMatch(block -> allows(target.engine(), current, block))) {
        throw new InvalidInputException(complaint(key, target.engine(), layer, spaces));
      }
    }
  }

  private String complaint(String key, ServingEngine engine, int layer, LayerSpaces spaces) {
    BlockVariant own = spaces.layer(layer).own();
    for (CheckpointExporter exporter : exporters) {
      Optional<String> why = exporter.objection(config, layer, own);
      if (why.isPresent()) {
        return "export: %s can hold no variant of layer %d: %s"
            .formatted(exporter.name(), layer, why.get());
      }
    }
    return "%s: no variant of layer %d, which is %s, can be served: %s"
        .formatted(
            key, layer, own.id(), engine.objection(layer, own).orElse("see 'space' and 'export'"));
  }
}
