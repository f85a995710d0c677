package io.github.puzzle4j.blocklib.arch;

/**
 * One kernel that a serving engine launches for a subblock, independent of batch and context: what
 * a cost model multiplies by a scenario.
 */
public sealed interface Operation {

  /**
   * A matrix product with weights of {@code [outputs, inputs]}, as engines fuse them (query, key
   * and value in one; gate and up in one).
   */
  record Gemm(int inputs, int outputs) implements Operation {}

  /** Causal self-attention over the KV cache. */
  record SelfAttention(AttentionShape shape) implements Operation {}

  /**
   * A kernel that is bound by memory traffic: norm with residual, rotary embedding, activation.
   *
   * @param elementsPerToken elements read plus elements written, per token
   */
  record Elementwise(long elementsPerToken) implements Operation {}
}
