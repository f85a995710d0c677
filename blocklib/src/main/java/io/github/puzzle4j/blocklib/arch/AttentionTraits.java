package io.github.puzzle4j.blocklib.arch;

/**
 * What the attention of some families has beyond that of a Llama.
 *
 * @param biases which projections add a bias
 * @param headNorm whether each query and key head passes an RMS norm before it is rotated
 * @param window tokens that a query sees at most, itself included, or {@link #FULL}
 */
public record AttentionTraits(Biases biases, HeadNorm headNorm, int window) {

  /** The window of attention that sees its whole context. */
  public static final int FULL = 0;

  /** Attention as Llama has it. */
  public static final AttentionTraits PLAIN = new AttentionTraits(Biases.NONE, HeadNorm.NONE, FULL);

  public AttentionTraits {
    if (window < 0) {
      throw new IllegalArgumentException("window=%d must be 0 or positive".formatted(window));
    }
  }

  /** Projections with a bias. */
  public enum Biases {
    NONE,
    /** Query, key and value, as Qwen 2 has them. */
    QUERY_KEY_VALUE,
    /** These and the output projection. */
    ALL
  }

  /** Norms of single heads. */
  public enum HeadNorm {
    NONE,
    /** One weight vector of the width of a head for all queries, one for all keys (Qwen 3). */
    QUERY_AND_KEY
  }

  /** The same with another window. */
  public AttentionTraits withWindow(int tokens) {
    return new AttentionTraits(biases, headNorm, tokens);
  }

  /** Biases and head norms of a layer with these heads, on a residual stream of this width. */
  public long parameters(AttentionShape heads, int hiddenSize) {
    long ofBiases =
        switch (biases) {
          case NONE -> 0;
          case QUERY_KEY_VALUE -> heads.queryWidth() + 2L * heads.kvWidth();
          case ALL -> heads.queryWidth() + 2L * heads.kvWidth() + hiddenSize;
        };
    long ofNorms =
        switch (headNorm) {
          case NONE -> 0;
          case QUERY_AND_KEY -> 2L * heads.headDim();
        };
    return ofBiases + ofNorms;
  }
}
