package io.github.puzzle4j.blocklib.arch;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The options for one layer of a teacher.
 *
 * @param own the teacher's layer
 * @param attention options for its attention, the teacher's first
 * @param ffn options for its FFN, the teacher's first
 */
public record LayerOptions(Layer own, List<Attention> attention, List<Ffn> ffn) {

  /**
   * Adds the layer's own subblocks and removes duplicates.
   *
   * @throws IllegalArgumentException naming an option that the layer cannot be turned into
   */
  public LayerOptions {
    attention = withFirst(own.attention(), attention);
    ffn = withFirst(own.ffn(), ffn);
    Stream.concat(
            attention.stream().map(own.attention()::objectionToBecoming),
            ffn.stream().map(own.ffn()::objectionToBecoming))
        .flatMap(Optional::stream)
        .findFirst()
        .ifPresent(why -> {
          throw new IllegalArgumentException(why);
        });
  }

  private static <S> List<S> withFirst(S own, List<S> others) {
    LinkedHashSet<S> all = new LinkedHashSet<>();
    all.add(own);
    all.addAll(others);
    return List.copyOf(all);
  }

  /** Every pair of an attention and an FFN; the layer's own pair first. */
  public List<Layer> layers() {
    List<Layer> pairs = new ArrayList<>();
    attention.forEach(a -> ffn.forEach(f -> pairs.add(new Layer(a, f))));
    return List.copyOf(pairs);
  }

  /** The attention options that are not the layer's own. */
  public List<Attention> otherAttention() {
    return attention.subList(1, attention.size());
  }

  /** The FFN options that are not the layer's own. */
  public List<Ffn> otherFfn() {
    return ffn.subList(1, ffn.size());
  }

  /** The options that pass the predicate, and the layer's own. */
  LayerOptions filtered(Predicate<Subblock> passes) {
    return new LayerOptions(
        own, attention.stream().filter(passes).toList(), ffn.stream().filter(passes).toList());
  }
}
