package io.github.puzzle4j.blocklib.arch;

import java.util.List;

/**
 * One kernel that a serving engine launches on one GPU for a subblock, independent of batch and
 * context, which a cost model adds. With tensor parallelism, sizes are those of one GPU.
 */
public sealed interface Operation {

  /** A norm and one square matrix. */
  static List<Operation> ofMatrix(int hiddenSize) {
    return List.of(new Elementwise(4L * hiddenSize), new Gemm(hiddenSize, hiddenSize));
  }

  /**
   * A matrix product with weights of {@code [outputs, inputs]}, as engines fuse them (query, key
   * and value in one; gate and up in one). Biases are added by the same kernel.
   */
  record Gemm(int inputs, int outputs) implements Operation {}

  /**
   * Causal self-attention over the KV cache, writing to it included.
   *
   * @param shape heads of this GPU
   * @param window tokens that a query sees at most, or {@link SoftmaxAttention#NO_WINDOW}
   */
  record SelfAttention(AttentionShape shape, int window) implements Operation {}

  /**
   * One launch that is bound by memory traffic: sum and norm, rotary embedding, activation.
   *
   * @param elementsPerToken elements read plus elements written, per token
   */
  record Elementwise(long elementsPerToken) implements Operation {}

  /**
   * The sum of the partial results of all GPUs, on each of them.
   *
   * @param elementsPerToken elements of the sum, per token
   */
  record AllReduce(int elementsPerToken) implements Operation {}

  /**
   * The gated FFNs of a mixture of experts: selection, dispatch, both products, activation, sum;
   * without the router's product.
   *
   * @param hidden width of the residual stream
   * @param channels of one expert on this GPU
   * @param chosen experts per token
   * @param experts in all; each GPU holds a slice of every one
   */
  record Experts(int hidden, int channels, int chosen, int experts) implements Operation {}
}
