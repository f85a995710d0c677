package io.github.puzzle4j.blocklib.arch;

import java.util.List;
import java.util.stream.Collectors;

/**
 * A replacement of consecutive layers of a teacher; the key of weights, scores and costs.
 *
 * @param span the layers of the teacher that are replaced
 * @param instead the layers that replace them: at least one, at most as many as the span has
 */
public record Replacement(Span span, List<Layer> instead) {

  public Replacement {
    instead = List.copyOf(instead);
    if (instead.isEmpty() || instead.size() > span.length()) {
      throw new IllegalArgumentException(
          "%d layers in the place of %s: need 1 to %d"
              .formatted(instead.size(), span, span.length()));
    }
  }

  /** Replaces one layer by one layer. */
  public static Replacement of(int layer, Layer instead) {
    return new Replacement(Span.of(layer), List.of(instead));
  }

  /** Whether it keeps the teacher's layers unchanged. */
  public boolean keeps(Model teacher) {
    return instead.equals(teacher.layers().subList(span.first(), span.last() + 1));
  }

  /** Short name of the replacing layers, for display, such as {@code gqa_2+ffn_2816}. */
  public String variant() {
    return instead.stream().map(Layer::id).collect(Collectors.joining(" | "));
  }

  /**
   * Short name for files and people, such as {@code L3/gqa_2+ffn_2816}; it is never parsed back.
   */
  public String id() {
    return span + "/" + variant();
  }
}
