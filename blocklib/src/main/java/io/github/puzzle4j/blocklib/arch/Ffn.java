package io.github.puzzle4j.blocklib.arch;

import java.util.Optional;

/** The FFN half of a layer (Puzzle, arXiv 2411.19146, section 2). */
public sealed interface Ffn extends Subblock permits GatedFfn, ExpertsFfn, LinearFfn, NoFfn {

  /** Channels between the projections that one token passes through; 0 without such channels. */
  int channelsPerToken();

  /** Why this FFN cannot be turned into another one; empty if it can. */
  Optional<String> objectionToBecoming(Ffn other);
}
