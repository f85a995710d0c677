package io.github.puzzle4j.blocklib.train;

import io.github.puzzle4j.blocklib.arch.Layer;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.tensor.ComputeDevice;
import java.util.stream.LongStream;

/**
 * What the forward pass of a model keeps for the backward pass, and how it stays below a limit: by
 * passing some rows of a batch at a time, and if one row is too much, by keeping only what enters
 * each layer and computing the layer again (Chen et al., arXiv 1604.06174).
 *
 * @param tokens of each row
 * @param limit in bytes
 */
public record KeptActivations(Model model, int tokens, long limit) {

  /** The limit of a repair on a processor. */
  private static final long LIMIT_BYTES = 512L << 20;

  /**
   * Part of a GPU's memory that a repair may keep. A GPU waits for Java where few rows pass at a
   * time; if this is too much after all, the trainer halves the rows.
   */
  private static final int GPU_SHARE = 6;

  /** With the limit of a repair on a processor. */
  public KeptActivations(Model model, int tokens) {
    this(model, tokens, LIMIT_BYTES);
  }

  /** The limit of a repair on a device. */
  static long limit(ComputeDevice device) {
    return device.isGpu() ? Math.max(LIMIT_BYTES, device.gpuBytes() / GPU_SHARE) : LIMIT_BYTES;
  }

  /**
   * Bytes that the forward pass of a layer keeps for each token: inputs and outputs of products.
   */
  public static long bytes(Layer layer, int hiddenSize) {
    return Float.BYTES
        * layer.tensors(hiddenSize).values().stream()
            .filter(shape -> shape.size() == 2)
            .mapToLong(shape -> shape.get(0) + shape.get(1))
            .sum();
  }

  /** Whether layers are computed a second time in the backward pass. */
  boolean isRecomputed() {
    return wholeRow() > limit;
  }

  /** Rows that pass at a time. */
  int rowsAtOnce(int rows) {
    return Math.toIntExact(Math.clamp(limit / Math.max(1, row()), 1, rows));
  }

  /** Bytes of as many rows of a batch as pass at a time. */
  public long bytes(int rows) {
    return rowsAtOnce(rows) * row();
  }

  private long row() {
    return isRecomputed() ? recomputedRow() : wholeRow();
  }

  private long wholeRow() {
    return tokens * layers().sum();
  }

  private long recomputedRow() {
    long inputs = (long) Float.BYTES * model.hiddenSize() * model.layers().size();
    return tokens * (inputs + layers().max().orElse(0));
  }

  private LongStream layers() {
    return model.layers().stream().mapToLong(layer -> bytes(layer, model.hiddenSize()));
  }
}
