package io.github.puzzle4j.scoring.cost;

import io.github.puzzle4j.scoring.cost.kernel.Estimate;

/**
 * What one layer, or one of its subblocks, adds to serving a scenario. Costs of attention and FFN
 * add up to that of the block, and those of blocks to the model's. Where several GPUs share a
 * model, bytes are those of one of them.
 *
 * @param prefill reading the prompts of the whole batch
 * @param decode one output step of the batch at its mean context
 * @param firstToken reading the prompt of one request that finds the GPU free
 * @param weightBytes parameters
 * @param kvBytesPerToken KV cache of one token of one request
 * @param kvBytesPerRequest KV cache of one request at its full length; less than all its tokens'
 *     where a window bounds what is kept
 */
public record LayerCost(
    Estimate prefill,
    Estimate decode,
    Estimate firstToken,
    long weightBytes,
    long kvBytesPerToken,
    long kvBytesPerRequest) {

  /** What a layer costs that is left out. */
  public static final LayerCost NOTHING =
      new LayerCost(Estimate.ZERO, Estimate.ZERO, Estimate.ZERO, 0, 0, 0);

  /** Seconds to read the prompts of the whole batch. */
  public double prefillSeconds() {
    return prefill.seconds();
  }

  /** Seconds of one output step of the batch. */
  public double decodeSeconds() {
    return decode.seconds();
  }

  /** Both together, one after the other. */
  public LayerCost plus(LayerCost other) {
    return new LayerCost(
        prefill.plus(other.prefill),
        decode.plus(other.decode),
        firstToken.plus(other.firstToken),
        weightBytes + other.weightBytes,
        kvBytesPerToken + other.kvBytesPerToken,
        kvBytesPerRequest + other.kvBytesPerRequest);
  }
}
