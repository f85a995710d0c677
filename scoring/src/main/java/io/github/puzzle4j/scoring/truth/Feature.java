package io.github.puzzle4j.scoring.truth;

import io.github.puzzle4j.blocklib.arch.Attention;
import io.github.puzzle4j.blocklib.arch.Child;
import io.github.puzzle4j.blocklib.arch.Ffn;
import io.github.puzzle4j.blocklib.arch.Layer;
import io.github.puzzle4j.blocklib.arch.Replacement;
import java.util.ArrayList;
import java.util.List;

/** What two children can have in common at one place: a subblock, or a replacement of layers. */
public sealed interface Feature {

  /**
   * An attention in a layer.
   *
   * @param layer of the teacher, counted from 0
   * @param attention what it is
   */
  record InAttention(int layer, Attention attention) implements Feature {}

  /**
   * An FFN in a layer.
   *
   * @param layer of the teacher, counted from 0
   * @param ffn what it is
   */
  record InFfn(int layer, Ffn ffn) implements Feature {}

  /**
   * Layers in the place of a span.
   *
   * @param replacement of several layers
   */
  record Whole(Replacement replacement) implements Feature {}

  /** The features of a replacement: two for a layer, one for a longer span. */
  static List<Feature> of(Replacement replacement) {
    if (replacement.span().length() > 1) {
      return List.of(new Whole(replacement));
    }
    int layer = replacement.span().first();
    Layer instead = replacement.instead().getFirst();
    return List.of(new InAttention(layer, instead.attention()), new InFfn(layer, instead.ffn()));
  }

  /** All features of a child. */
  static List<Feature> of(Child child) {
    List<Feature> features = new ArrayList<>();
    child.replacements().forEach(one -> features.addAll(of(one)));
    return List.copyOf(features);
  }
}
