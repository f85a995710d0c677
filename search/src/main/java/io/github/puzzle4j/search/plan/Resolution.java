package io.github.puzzle4j.search.plan;

import io.github.puzzle4j.blocklib.arch.Subblock;

/**
 * What a word of a plan means for one layer of a teacher.
 *
 * @param <S> attention or FFN
 */
sealed interface Resolution<S extends Subblock> {

  /** A subblock that the layer can be turned into. */
  record To<S extends Subblock>(S subblock) implements Resolution<S> {}

  /** Nothing: the layer cannot be turned into what the word asks for, and why. */
  record Unfit<S extends Subblock>(String reason) implements Resolution<S> {

    static <S extends Subblock> Unfit<S> of(String word, Subblock own) {
      return new Unfit<>(
          "%s: a layer that is %s in the teacher cannot be turned into it"
              .formatted(word, own.id()));
    }
  }
}
