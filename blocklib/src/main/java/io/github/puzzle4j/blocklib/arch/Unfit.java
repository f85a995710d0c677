package io.github.puzzle4j.blocklib.arch;

import java.util.Optional;

/** The objection to a replacement by a kind that cannot be made from the present one. */
final class Unfit {

  private Unfit() {}

  static Optional<String> of(Subblock other, Subblock own) {
    return Optional.of(
        "%s: a layer that is %s in the teacher cannot be turned into it"
            .formatted(other.id(), own.id()));
  }
}
