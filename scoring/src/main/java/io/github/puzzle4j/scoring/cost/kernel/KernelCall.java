package io.github.puzzle4j.scoring.cost.kernel;

import io.github.puzzle4j.blocklib.arch.AttentionShape;

/**
 * One launch on one GPU: what formulas predict, what tables measure, and what a forward pass of a
 * model is made of. Sizes are those of one GPU where several share a model.
 */
public sealed interface KernelCall {

  /** The window of attention that sees its whole context. */
  int FULL = 0;

  /**
   * A matrix product {@code [rows, inputs] x [inputs, outputs]}.
   *
   * @param rows tokens, {@code m}
   * @param outputs {@code n}
   * @param inputs {@code k}
   */
  record Gemm(MatrixType type, long rows, long outputs, long inputs) implements KernelCall {}

  /**
   * Causal attention of whole prompts.
   *
   * @param heads of this GPU
   * @param sequences prompts; a fraction where a prompt is spread over several passes
   * @param tokens length of each prompt
   * @param window tokens that a query sees at most, or {@link #FULL}
   * @param cache how keys and values are stored
   */
  record PrefillAttention(
      AttentionShape heads, double sequences, long tokens, int window, NumberFormat cache)
      implements KernelCall {}

  /**
   * Attention of one new token of each request over its cache.
   *
   * @param heads of this GPU
   * @param context tokens that each request's query attends to, its own included, before the window
   * @param window tokens that a query sees at most, or {@link #FULL}
   * @param cache how keys and values are stored
   */
  record DecodeAttention(
      AttentionShape heads, long batch, double context, int window, NumberFormat cache)
      implements KernelCall {}

  /**
   * A kernel that memory traffic bounds: a norm, a rotary embedding, an activation, a gather, the
   * quantisation of activations.
   *
   * @param bytes read and written
   */
  record Elementwise(double bytes) implements KernelCall {}

  /**
   * The sum of a tensor over GPUs, left on all of them.
   *
   * @param gpus that take part
   * @param bytes of the tensor
   */
  record AllReduce(int gpus, double bytes) implements KernelCall {}

  /**
   * The gated FFNs of a layer of experts: dispatch, both products, activation, and the sum.
   *
   * @param tokens in all, before each goes to {@code chosen} experts
   * @param hidden width of the residual stream
   * @param channels of one expert on this GPU
   * @param chosen experts per token
   * @param experts in all
   * @param expertParallel GPUs among which the experts are spread; 1 where each holds all
   */
  record Experts(
      MatrixType type,
      long tokens,
      int hidden,
      int channels,
      int chosen,
      int experts,
      int expertParallel)
      implements KernelCall {}
}
