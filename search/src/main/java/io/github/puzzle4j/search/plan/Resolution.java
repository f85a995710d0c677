package io.github.puzzle4j.search.plan;

import io.github.puzzle4j.blocklib.arch.Subblock;

/**
 * A variant of a plan, resolved for one layer of a teacher.
 *
 * @param <S> attention or FFN
 */
sealed interface Resolution<S extends Subblock> {

  /** A subblock that the layer can be turned into. */
  record To<S extends Subblock>(S subblock) implements Resolution<S> {}

  /** The layer cannot be turned into the variant, with the reason. */
  record Unfit<S extends Subblock>(String reason) implements Resolution<S> {

    static <S extends Subblock> Unfit<S> of(String word, Subblock own) {
      return new Unfit<>(
          "%s: a layer that is %s in the teacher cannot be turned into it"
              .formatted(word, own.id()));
    }
  }
}
