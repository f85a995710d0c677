package io.github.puzzle4j.scoring.cost.kernel;

import io.github.puzzle4j.blocklib.arch.AttentionShape;

/**
 * One kernel launch on one GPU: the unit of formulas, tables and forward passes. Sizes are per GPU
 * if several share a model.
 */
public sealed interface KernelCall {

  /** The window of attention over the whole context. */
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
   * @param heads on this GPU
   * @param sequences number of prompts; a fraction if a prompt is split over several passes
   * @param tokens length of each prompt
   * @param window maximum number of tokens that a query attends to, or {@link #FULL}
   * @param cache number format of keys and values
   */
  record PrefillAttention(
      AttentionShape heads, double sequences, long tokens, int window, NumberFormat cache)
      implements KernelCall {}

  /**
   * Attention of one new token of each request over its cache.
   *
   * @param heads on this GPU
   * @param context number of tokens, including its own, that each request's query attends to before
   *     the window applies
   * @param window maximum number of tokens that a query attends to, or {@link #FULL}
   * @param cache number format of keys and values
   */
  record DecodeAttention(
      AttentionShape heads, long batch, double context, int window, NumberFormat cache)
      implements KernelCall {}

  /**
   * A memory-bound kernel: a norm, a rotary embedding, an activation, a gather, the quantisation of
   * activations.
   *
   * @param bytes read and written
   */
  record Elementwise(double bytes) implements KernelCall {}

  /**
   * All-reduce: the sum of a tensor over GPUs, available on all of them.
   *
   * @param gpus number of GPUs
   * @param bytes size of the tensor
   */
  record AllReduce(int gpus, double bytes) implements KernelCall {}

  /**
   * The gated FFNs of a layer of experts: dispatch, both products, activation, and the sum.
   *
   * @param tokens total number, before each is sent to {@code chosen} experts
   * @param hidden width of the residual stream
   * @param channels of one expert on this GPU
   * @param chosen experts per token
   * @param experts total number
   * @param expertParallel number of GPUs that the experts are distributed over; 1 if each holds all
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
