package io.github.puzzle4j.blocklib.arch;

import java.util.Optional;

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

  /** Heads of a common width, for configs that must state heads although no layer has any. */
  public static AttentionShape usual(int hiddenSize) {
    return hiddenSize % 64 == 0
        ? new AttentionShape(hiddenSize / 64, 1, 64)
        : new AttentionShape(1, 1, 2 * Math.max(1, hiddenSize / 2));
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

  /**
   * Why engines cannot divide these heads among {@code gpus} GPUs; empty if they can. Query heads
   * must divide; KV heads must divide too or, where they are fewer than the GPUs, be replicated
   * evenly.
   */
  public Optional<String> objection(int gpus) {
    if (gpus < 1) {
      return Optional.of("gpus=%d must be at least 1".formatted(gpus));
    }
    if (heads % gpus != 0) {
      return Optional.of("%d query heads do not divide among %d GPUs".formatted(heads, gpus));
    }
    boolean even = kvHeads >= gpus ? kvHeads % gpus == 0 : gpus % kvHeads == 0;
    return even
        ? Optional.empty()
        : Optional.of("%d KV heads do not divide among %d GPUs".formatted(kvHeads, gpus));
  }

  /**
   * The heads on each of {@code gpus} GPUs.
   *
   * @throws IllegalArgumentException if there is an {@link #objection}
   */
  public AttentionShape onOneOf(int gpus) {
    Optional<String> objection = objection(gpus);
    if (objection.isPresent()) {
      throw new IllegalArgumentException(objection.get());
    }
    return new AttentionShape(heads / gpus, Math.ceilDiv(kvHeads, gpus), headDim);
  }
}
