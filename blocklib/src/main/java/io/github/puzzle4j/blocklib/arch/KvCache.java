package io.github.puzzle4j.blocklib.arch;

/**
 * What an attention subblock caches for each token.
 *
 * @param kvHeads heads whose keys and values are cached
 * @param headDim width of one head
 * @param window tokens that are kept at most, or {@link SoftmaxAttention#NO_WINDOW}
 */
public record KvCache(int kvHeads, int headDim, int window) {

  /** Elements per token: a key and a value for each head. */
  public long elementsPerToken() {
    return 2L * kvHeads * headDim;
  }

  /** Tokens in the cache of a request of {@code requestTokens} tokens. */
  public long tokens(long requestTokens) {
    return window == SoftmaxAttention.NO_WINDOW ? requestTokens : Math.min(window, requestTokens);
  }

  /** The part of one of {@code gpus} GPUs; heads that are too few are replicated. */
  public KvCache onOneOf(int gpus) {
    return new KvCache(Math.ceilDiv(kvHeads, gpus), headDim, window);
  }
}
