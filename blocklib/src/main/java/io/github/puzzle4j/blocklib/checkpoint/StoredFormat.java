package io.github.puzzle4j.blocklib.checkpoint;

import io.github.puzzle4j.blocklib.arch.StoredWeights;
import java.util.List;

/**
 * How a checkpoint stores matrices, and how engines keep its KV cache, as far as the config says.
 *
 * @param matrices of layers, but for those that {@code plain} counts
 * @param cacheInFp8 whether keys and values are cached in FP8
 * @param headStored whether the LM head is stored like the layers' matrices
 * @param plain for each layer the share of matrices that stay in 16 bits
 * @param source the key or the file that says so, for display; empty if none does
 */
public record StoredFormat(
    Matrices matrices,
    boolean cacheInFp8,
    boolean headStored,
    List<PlainShare> plain,
    String source) {

  /** Number formats and scales. */
  public enum Matrices {
    /** In a floating-point type of 16 or 32 bits. */
    PLAIN(StoredWeights.PLAIN),
    /** FP8; the scale of activations is computed on every call. */
    FP8(StoredWeights.FP8),
    /** FP8; the scale of activations is stored. */
    FP8_STATIC(StoredWeights.FP8),
    /** FP8 with a scale for each block of weights. */
    FP8_BLOCK(StoredWeights.FP8),
    /** FP4 with a scale for each 16 numbers. */
    NVFP4(StoredWeights.NVFP4);

    private final StoredWeights weights;

    Matrices(StoredWeights weights) {
      this.weights = weights;
    }

    /** The format without its scales. */
    public StoredWeights weights() {
      return weights;
    }
  }

  /**
   * Which part of a layer's matrices stays in 16 bits, by number of elements.
   *
   * @param attention from 0 to 1
   * @param ffn from 0 to 1
   */
  public record PlainShare(double attention, double ffn) {

    /** All matrices are quantised. */
    public static final PlainShare NONE = new PlainShare(0, 0);
  }

  public StoredFormat {
    plain = List.copyOf(plain);
  }
}
