package io.github.puzzle4j.blocklib.arch;

import io.github.puzzle4j.blocklib.arch.attention.AttentionVariant;
import io.github.puzzle4j.blocklib.arch.ffn.FfnVariant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * The variants that each layer of a teacher may take: those that are smaller than what the layer
 * is. Where all layers are alike, they all have the same.
 *
 * @param layers first to last
 */
public record LayerSpaces(List<SearchSpace> layers) {

  public LayerSpaces {
    layers = List.copyOf(layers);
  }

  /**
   * The same wish for all layers, as far as each can be turned into it.
   *
   * @throws IllegalArgumentException naming a variant that fits no layer
   */
  public static LayerSpaces of(SearchSpace wanted, Architecture teacher) {
    return of(teacher, own -> new SearchSpace(own, wanted.attention(), wanted.ffn()));
  }

  /**
   * A wish for each layer, as far as it can be turned into it.
   *
   * @param wanted from what a layer is to what it might become
   * @throws IllegalArgumentException naming a variant that fits no layer
   */
  public static LayerSpaces of(Architecture teacher, Function<BlockVariant, SearchSpace> wanted) {
    ModelConfig config = teacher.config();
    List<SearchSpace> layers = new ArrayList<>();
    Set<Subblock> taken = new HashSet<>();
    Map<Subblock, String> objections = new LinkedHashMap<>();
    for (BlockVariant own : teacher.blocks()) {
      SearchSpace wish = wanted.apply(own);
      SearchSpace space = wish.fitting(config);
      layers.add(space);
      taken.addAll(space.attention());
      taken.addAll(space.ffn());
      for (AttentionVariant variant : wish.attention()) {
        wish.objection(config, variant).ifPresent(why -> objections.putIfAbsent(variant, why));
      }
      for (FfnVariant variant : wish.ffn()) {
        wish.objection(config, variant).ifPresent(why -> objections.putIfAbsent(variant, why));
      }
    }
    objections.keySet().removeAll(taken);
    Optional<String> unused = objections.values().stream().findFirst();
    if (unused.isPresent()) {
      throw new IllegalArgumentException(unused.get());
    }
    return new LayerSpaces(layers);
  }

  /**
   * The space of one layer.
   *
   * @param layer counted from 0
   */
  public SearchSpace layer(int layer) {
    return layers.get(layer);
  }

  /** The same without variants that do not pass; what layers are in the teacher stays. */
  public LayerSpaces filtered(Predicate<Subblock> passes) {
    return new LayerSpaces(
        layers.stream()
            .map(space ->
                new SearchSpace(
                    space.own(),
                    space.attention().stream().filter(passes).toList(),
                    space.ffn().stream().filter(passes).toList()))
            .toList());
  }

  /** Every variant that some layer may take, each once. */
  public List<BlockVariant> blocks() {
    Set<BlockVariant> blocks = new LinkedHashSet<>();
    // Layers that are alike have equal spaces.
    new LinkedHashSet<>(layers).forEach(space -> blocks.addAll(space.blocks()));
    return List.copyOf(blocks);
  }
}
