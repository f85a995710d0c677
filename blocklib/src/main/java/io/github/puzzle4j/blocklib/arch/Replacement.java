package io.github.puzzle4j.blocklib.arch;

import java.util.List;
import java.util.stream.Collectors;

/**
 * A choice for consecutive layers of a teacher: what stands in their place. The key under which
 * weights, scores and costs are kept.
 *
 * @param span the layers of the teacher that are replaced
 * @param instead what stands in their place: at least one layer, and no more than the span has
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

  /** One layer in the place of one. */
  public static Replacement of(int layer, Layer instead) {
    return new Replacement(Span.of(layer), List.of(instead));
  }

  /** Whether it leaves the layers of a teacher as they are. */
  public boolean keeps(Model teacher) {
    return instead.equals(teacher.layers().subList(span.first(), span.last() + 1));
  }

  /** Short name of what stands there, for people, such as {@code gqa_2+ffn_2816}. */
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
