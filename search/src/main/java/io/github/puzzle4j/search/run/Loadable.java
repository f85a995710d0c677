package io.github.puzzle4j.search.run;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.arch.CommonParts;
import io.github.puzzle4j.blocklib.arch.Layer;
import io.github.puzzle4j.blocklib.arch.Replacement;
import io.github.puzzle4j.blocklib.arch.SearchSpace;
import io.github.puzzle4j.export.CheckpointExporter;
import java.util.List;
import java.util.Optional;

/**
 * Which replacements are allowed for a child with given export formats and serving engine.
 *
 * @param exporters all formats that the child must fit
 */
record Loadable(CommonParts common, List<CheckpointExporter> exporters) {

  Loadable {
    exporters = List.copyOf(exporters);
  }

  boolean allows(PricedTarget target, Replacement replacement) {
    int position = replacement.span().first();
    for (Layer layer : replacement.instead()) {
      int place = position;
      boolean written =
          exporters.stream()
              .allMatch(exporter -> exporter.objection(common, place, layer).isEmpty());
      if (!written || objection(target, place, layer).isPresent()) {
        return false;
      }
      position++;
    }
    return true;
  }

  private static Optional<String> objection(PricedTarget target, int position, Layer layer) {
    return switch (target.target().loader()) {
      case STOCK -> target.engine().objection(position, layer);
      case ANY -> Optional.empty();
    };
  }

  /**
   * Rejects targets for which a layer has no allowed replacement.
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
    SearchSpace space = target.space();
    List<Replacement> allowed =
        space.replacements().stream().filter(one -> allows(target, one)).toList();
    for (int layer = 0; layer < space.layers().size(); layer++) {
      int current = layer;
      if (allowed.stream().noneMatch(one -> answersFor(current, space.layer(current).own(), one))) {
        throw new InvalidInputException(complaint(key, target, layer));
      }
    }
  }

  /**
   * Whether a replacement is of a layer, and has attention if the layer does. Otherwise, a loader
   * that does not support the teacher's attention would get a child without attention.
   */
  private static boolean answersFor(int layer, Layer own, Replacement replacement) {
    return replacement.span().first() <= layer
        && layer <= replacement.span().last()
        && (!attends(own) || replacement.instead().stream().anyMatch(Loadable::attends));
  }

  private static boolean attends(Layer layer) {
    return layer.attention().cache().isPresent();
  }

  private String complaint(String key, PricedTarget target, int position) {
    Layer own = target.space().layer(position).own();
    for (CheckpointExporter exporter : exporters) {
      Optional<String> why = exporter.objection(common, position, own);
      if (why.isPresent()) {
        return "export: %s can hold no variant of layer %d: %s"
            .formatted(exporter.name(), position, why.get());
      }
    }
    return "%s: no variant of layer %d, which is %s, can be served: %s; 'loader: any' allows all layers, for a custom loader"
        .formatted(
            key,
            position,
            own.id(),
            objection(target, position, own).orElse("see 'space' and 'export'"));
  }
}
