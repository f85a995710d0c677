package io.github.puzzle4j.blocklib.arch;

import java.util.Optional;

/** The objection to a kind of subblock that cannot be derived from the teacher's. */
final class Unfit {

  private Unfit() {}

  static Optional<String> of(Subblock other, Subblock own) {
    return Optional.of(
        "%s: a layer that is %s in the teacher cannot be turned into it"
            .formatted(other.id(), own.id()));
  }
}
