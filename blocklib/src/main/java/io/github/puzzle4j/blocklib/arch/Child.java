package io.github.puzzle4j.blocklib.arch;

import java.util.ArrayList;
import java.util.List;

/**
 * A teacher with replacements that tile its layers.
 *
 * @param teacher the model that the child is made from
 * @param replacements by ascending span; each layer of the teacher is in exactly one of them
 */
public record Child(Model teacher, List<Replacement> replacements) {

  public Child {
    replacements = List.copyOf(replacements);
    int next = 0;
    for (Replacement replacement : replacements) {
      if (replacement.span().first() != next) {
        throw new IllegalArgumentException(
            "%s does not begin at layer %d, the next one of the teacher"
                .formatted(replacement.id(), next));
      }
      next = replacement.span().last() + 1;
    }
    if (next != teacher.layers().size()) {
      throw new IllegalArgumentException(
          "replacements end at layer %d of %d".formatted(next, teacher.layers().size()));
    }
  }

  /** The teacher itself. */
  public static Child unchanged(Model teacher) {
    return of(teacher, teacher.layers());
  }

  /** A child with one layer in the place of each of the teacher's. */
  public static Child of(Model teacher, List<Layer> layers) {
    List<Replacement> replacements = new ArrayList<>();
    for (int layer = 0; layer < layers.size(); layer++) {
      replacements.add(Replacement.of(layer, layers.get(layer)));
    }
    return new Child(teacher, replacements);
  }

  /** The child's architecture. */
  public Model model() {
    return teacher.withLayers(
        replacements.stream().flatMap(replacement -> replacement.instead().stream()).toList());
  }

  /**
   * For each layer of the child, the teacher's layer after which both should agree: the last one of
   * its span, where the layer ends its replacement, and -1 elsewhere.
   */
  public List<Integer> alignment() {
    List<Integer> aligned = new ArrayList<>();
    for (Replacement replacement : replacements) {
      for (int i = 1; i < replacement.instead().size(); i++) {
        aligned.add(-1);
      }
      aligned.add(replacement.span().last());
    }
    return List.copyOf(aligned);
  }
}
