package io.github.puzzle4j.blocklib.arch;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The replacements of which a child of a teacher may consist: for each layer all pairs of its
 * options, and some replacements of several layers.
 *
 * @param teacher the model that children are made from
 * @param layers options of each layer, first to last
 * @param wider replacements of spans of more than one layer; the last layer of a span can be turned
 *     into each of those in its place
 */
public record SearchSpace(Model teacher, List<LayerOptions> layers, List<Replacement> wider) {

  public SearchSpace {
    layers = List.copyOf(layers);
    wider = List.copyOf(wider);
    if (!layers.stream().map(LayerOptions::own).toList().equals(teacher.layers())) {
      throw new IllegalArgumentException("the options are those of another teacher");
    }
    for (Replacement replacement : wider) {
      if (replacement.span().length() < 2 || replacement.span().last() >= layers.size()) {
        throw new IllegalArgumentException(
            "%s: need a span of two layers or more of %d"
                .formatted(replacement.id(), layers.size()));
      }
      Layer last = teacher.layers().get(replacement.span().last());
      for (Layer instead : replacement.instead()) {
        last.attention()
            .objectionToBecoming(instead.attention())
            .or(() -> last.ffn().objectionToBecoming(instead.ffn()))
            .ifPresent(why -> {
              throw new IllegalArgumentException(
                  "%s in the place of %s".formatted(why, replacement.span()));
            });
      }
    }
  }

  /** A space of single layers only. */
  public SearchSpace(Model teacher, List<LayerOptions> layers) {
    this(teacher, layers, List.of());
  }

  /**
   * The same options for all layers.
   *
   * @throws IllegalArgumentException naming an option that some layer cannot be turned into
   */
  public static SearchSpace uniform(Model teacher, List<Attention> attention, List<Ffn> ffn) {
    return new SearchSpace(
        teacher,
        teacher.layers().stream().map(own -> new LayerOptions(own, attention, ffn)).toList());
  }

  /** The options of one layer, counted from 0. */
  public LayerOptions layer(int layer) {
    return layers.get(layer);
  }

  /** The replacements that begin at a layer: of the layer alone, its own first, then wider ones. */
  public List<Replacement> startingAt(int layer) {
    List<Replacement> all = new ArrayList<>();
    layer(layer).layers().forEach(option -> all.add(Replacement.of(layer, option)));
    wider.stream().filter(one -> one.span().first() == layer).forEach(all::add);
    return List.copyOf(all);
  }

  /** All replacements, by ascending first layer. */
  public List<Replacement> replacements() {
    List<Replacement> all = new ArrayList<>();
    for (int layer = 0; layer < layers.size(); layer++) {
      all.addAll(startingAt(layer));
    }
    return Collections.unmodifiableList(all);
  }

  /** The space without subblocks that fail the predicate; the teacher's own are kept. */
  public SearchSpace filtered(Predicate<Subblock> passes) {
    return new SearchSpace(
        teacher,
        layers.stream().map(options -> options.filtered(passes)).toList(),
        wider.stream()
            .filter(one ->
                one.instead().stream()
                    .allMatch(layer -> passes.test(layer.attention()) && passes.test(layer.ffn())))
            .toList());
  }

  /**
   * The space without what is in none of these replacements; the teacher's own subblocks are kept.
   * A pair of two subblocks that are wanted in other pairs stays.
   */
  public SearchSpace limitedTo(Set<Replacement> wanted) {
    List<LayerOptions> left = new ArrayList<>();
    for (int layer = 0; layer < layers.size(); layer++) {
      Set<Subblock> used = new HashSet<>();
      for (Layer pair : layer(layer).layers()) {
        if (wanted.contains(Replacement.of(layer, pair))) {
          used.add(pair.attention());
          used.add(pair.ffn());
        }
      }
      left.add(layer(layer).filtered(used::contains));
    }
    return new SearchSpace(teacher, left, wider.stream().filter(wanted::contains).toList());
  }
}
