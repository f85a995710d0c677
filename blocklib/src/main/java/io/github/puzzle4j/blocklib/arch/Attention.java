package io.github.puzzle4j.blocklib.arch;

import java.util.Optional;

/** The attention half of a layer (Puzzle, arXiv 2411.19146, section 2). */
public sealed interface Attention extends Subblock
    permits SoftmaxAttention, LinearAttention, NoAttention {

  /** The keys and values that this attention caches; empty without a KV cache. */
  Optional<KvCache> cache();

  /** Why this attention cannot be turned into another one; empty if it can. */
  Optional<String> objectionToBecoming(Attention other);
}
