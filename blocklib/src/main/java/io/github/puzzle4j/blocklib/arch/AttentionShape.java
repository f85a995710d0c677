package io.github.puzzle4j.blocklib.arch;

/**
 * The heads of an attention subblock.
 *
 * @param heads query heads
 * @param kvHeads key and value heads; each serves {@code heads / kvHeads} query heads
 * @param headDim width of one head; not always {@code hiddenSize / heads}
 */
public record AttentionShape(int heads, int kvHeads, int headDim) {

  public AttentionShape {
    if (heads < 1 || headDim < 2 || headDim % 2 != 0) {
      throw new IllegalArgumentException(
          "heads=%d, headDim=%d: need at least one head of an even width"
              .formatted(heads, headDim));
    }
    if (kvHeads < 1 || heads % kvHeads != 0) {
      throw new IllegalArgumentException(
          "kvHeads=%d does not divide heads=%d".formatted(kvHeads, heads));
    }
  }

  /** Width of the query projection's output: {@code heads * headDim}. */
  public int queryWidth() {
    return heads * headDim;
  }

  /** Width of the key projection's output, and of the value projection's. */
  public int kvWidth() {
    return kvHeads * headDim;
  }

  /** The same heads with another number of key and value heads. */
  public AttentionShape withKvHeads(int newKvHeads) {
    return new AttentionShape(heads, newKvHeads, headDim);
  }
}
