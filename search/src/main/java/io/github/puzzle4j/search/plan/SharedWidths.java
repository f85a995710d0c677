package io.github.puzzle4j.search.plan;

import io.github.puzzle4j.blocklib.arch.Ffn;
import io.github.puzzle4j.blocklib.arch.GatedFfn;
import io.github.puzzle4j.blocklib.arch.Layer;
import io.github.puzzle4j.blocklib.arch.Model;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * FFN variants of a plan that rounding makes the same.
 *
 * @param names as the plan has them, at least one; one alone is the layer's own FFN
 * @param width what they all become
 * @param layers in which they do
 */
record SharedWidths(List<FfnChoice> names, Ffn width, SortedSet<Integer> layers) {

  private record Key(List<FfnChoice> names, Ffn width) {}

  /** All groups of names that are the same in some layer. */
  static List<SharedWidths> of(Model teacher, List<FfnChoice> choices, int multiple) {
    SequencedMap<Key, SortedSet<Integer>> groups = new LinkedHashMap<>();
    for (int layer = 0; layer < teacher.layers().size(); layer++) {
      int place = layer;
      inOne(teacher.layers().get(layer), choices, multiple)
          .forEach(key -> groups.computeIfAbsent(key, _ -> new TreeSet<>()).add(place));
    }
    return groups.entrySet().stream()
        .map(
            group -> new SharedWidths(group.getKey().names, group.getKey().width, group.getValue()))
        .toList();
  }

  private static List<Key> inOne(Layer layer, List<FfnChoice> choices, int multiple) {
    if (!(layer.ffn() instanceof GatedFfn)) {
      return List.of();
    }
    SequencedMap<Ffn, List<FfnChoice>> names = new LinkedHashMap<>();
    for (FfnChoice choice : choices) {
      if (narrows(choice)
          && choice.resolve(layer.ffn(), multiple) instanceof Resolution.To<Ffn>(Ffn ffn)) {
        names.computeIfAbsent(ffn, _ -> new ArrayList<>()).add(choice);
      }
    }
    return names.entrySet().stream()
        .filter(entry -> entry.getValue().size() > 1 || entry.getKey().equals(layer.ffn()))
        .map(entry -> new Key(List.copyOf(entry.getValue()), entry.getKey()))
        .toList();
  }

  private static boolean narrows(FfnChoice choice) {
    return switch (choice) {
      case FfnChoice.Share(double percent) -> percent < 100;
      case FfnChoice.Channels _ -> true;
      case FfnChoice.Experts _, FfnChoice.Own _, FfnChoice.Linear _, FfnChoice.NoOp _ -> false;
    };
  }

  /** Whether they are the same wherever there are channels. */
  boolean everywhere(Model teacher) {
    return layers.size()
        == IntStream.range(0, teacher.layers().size())
            .filter(layer -> teacher.layers().get(layer).ffn() instanceof GatedFfn)
            .count();
  }

  /** Without a full stop, such as {@code 75% and 70% are both ffn_512}. */
  String text() {
    List<String> words = names.stream().map(FfnChoice::toString).toList();
    return words.size() == 1
        ? "%s is the layer's own %s".formatted(words.getFirst(), width.id())
        : "%s and %s are all %s"
            .formatted(
                String.join(", ", words.subList(0, words.size() - 1)), words.getLast(), width.id());
  }
}
