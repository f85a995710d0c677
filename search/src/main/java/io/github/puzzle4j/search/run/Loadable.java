package io.github.puzzle4j.search.run;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.arch.Layer;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.arch.Replacement;
import io.github.puzzle4j.blocklib.arch.SearchSpace;
import io.github.puzzle4j.export.CheckpointExporter;
import io.github.puzzle4j.search.plan.PlanValueException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Which replacements are allowed for a child with given export formats and serving engine.
 *
 * @param teacher of the child
 * @param exporters all formats that the child must fit
 */
record Loadable(Model teacher, List<CheckpointExporter> exporters) {

  Loadable {
    exporters = List.copyOf(exporters);
  }

  boolean allows(PricedTarget target, Replacement replacement) {
    return layers(replacement)
        .allMatch(placed -> objection(target, placed.position, placed.layer).isEmpty());
  }

  /** What these targets may use. */
  Set<Replacement> allowed(List<PricedTarget> targets) {
    Set<Replacement> allowed = new HashSet<>();
    for (PricedTarget target : targets) {
      target.space().replacements().stream()
          .filter(one -> allows(target, one))
          .forEach(allowed::add);
    }
    return allowed;
  }

  /** A layer of a replacement and the position of the first one that it replaces. */
  private record Placed(int position, Layer layer) {}

  private static Stream<Placed> layers(Replacement replacement) {
    int first = replacement.span().first();
    List<Layer> instead = replacement.instead();
    return IntStream.range(0, instead.size()).mapToObj(i -> new Placed(first + i, instead.get(i)));
  }

  /** Why a format cannot hold a layer, or the engine is not known to load it. */
  private Optional<String> objection(PricedTarget target, int position, Layer layer) {
    for (CheckpointExporter exporter : exporters) {
      Optional<String> why = exporter.objection(teacher, position, layer);
      if (why.isPresent()) {
        return Optional.of("export %s: %s".formatted(exporter.name(), why.get()));
      }
    }
    return loaderObjection(target, position, layer);
  }

  private Optional<String> loaderObjection(PricedTarget target, int position, Layer layer) {
    return switch (target.target().loader()) {
      case STOCK -> target.engine().objection(teacher, position, layer);
      case ANY -> Optional.empty();
    };
  }

  /** Whether some format needs a child with a KV cache. */
  boolean needsAttention() {
    return exporters.stream().anyMatch(CheckpointExporter::needsAttention);
  }

  /**
   * The variants of the plan that are never candidates for a target, with the reason: one line for
   * each reason.
   */
  List<String> exclusions(PricedTarget target) {
    SequencedMap<String, SequencedMap<String, SortedSet<Integer>>> excluded = new LinkedHashMap<>();
    for (Replacement replacement : target.space().replacements()) {
      layers(replacement).forEach(placed -> sort(target, placed, excluded));
    }
    List<String> lines = new ArrayList<>();
    int layers = target.space().layers().size();
    excluded.forEach((reason, variants) ->
        lines.add(
            variants.entrySet().stream()
                .map(entry -> entry.getKey() + places(entry.getValue(), layers))
                .collect(Collectors.joining(", ", "no candidate: ", "; " + reason))));
    return List.copyOf(lines);
  }

  /** Adds the subblock to blame, or both if each alone would do. */
  private void sort(
      PricedTarget target,
      Placed placed,
      Map<String, SequencedMap<String, SortedSet<Integer>>> excluded) {
    Optional<String> whole = objection(target, placed.position, placed.layer);
    if (whole.isEmpty()) {
      return;
    }
    Layer own = target.space().layer(placed.position).own();
    Layer attention = own.with(placed.layer.attention());
    Layer ffn = own.with(placed.layer.ffn());
    Optional<String> byAttention = objection(target, placed.position, attention);
    Optional<String> byFfn = objection(target, placed.position, ffn);
    byAttention.ifPresent(
        why -> blame(excluded, why, "attention " + placed.layer.attention().id(), placed.position));
    byFfn.ifPresent(why -> blame(excluded, why, "FFN " + placed.layer.ffn().id(), placed.position));
    if (byAttention.isEmpty() && byFfn.isEmpty()) {
      blame(excluded, whole.get(), placed.layer.id(), placed.position);
    }
  }

  private static void blame(
      Map<String, SequencedMap<String, SortedSet<Integer>>> excluded,
      String why,
      String variant,
      int layer) {
    excluded
        .computeIfAbsent(why, _ -> new LinkedHashMap<>())
        .computeIfAbsent(variant, _ -> new TreeSet<>())
        .add(layer);
  }

  private static String places(SortedSet<Integer> places, int layers) {
    if (places.size() == layers) {
      return "";
    }
    return places.size() == 1
        ? " in layer " + places.first()
        : " in %d of %d layers".formatted(places.size(), layers);
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
        throw complaint(key, target, layer);
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

  private PlanValueException complaint(String key, PricedTarget target, int position) {
    Layer own = target.space().layer(position).own();
    for (CheckpointExporter exporter : exporters) {
      Optional<String> why = exporter.objection(teacher, position, own);
      if (why.isPresent()) {
        return new PlanValueException(
            "export",
            "export: %s can hold no variant of layer %d: %s"
                .formatted(exporter.name(), position, why.get()));
      }
    }
    return new PlanValueException(
        key,
        "%s: no variant of layer %d, which is %s, can be served: %s; 'loader: any' allows all layers, for a custom loader"
            .formatted(
                key,
                position,
                own.id(),
                loaderObjection(target, position, own).orElse("see 'space' and 'export'")));
  }
}
