package io.github.puzzle4j.scoring.cost;

import io.github.puzzle4j.scoring.cost.kernel.Estimate;

/**
 * Cost of one layer, or of one of its subblocks, in a scenario. Costs of attention and FFN add up
 * to that of the block, and those of blocks to the model's. Bytes are those of one GPU; parameters
 * and layers with attention are those of the whole model.
 *
 * @param prefill of the whole batch
 * @param decode one output step of the batch at its mean context
 * @param firstToken prefill of one request on an idle GPU
 * @param weightBytes parameters
 * @param kvBytesPerToken KV cache of one token of one request
 * @param kvBytesPerRequest KV cache of one request at its full length; less than the sum over its
 *     tokens with a sliding window
 * @param parameters trainable numbers, in any format
 * @param attentionLayers layers with a KV cache
 */
public record LayerCost(
    Estimate prefill,
    Estimate decode,
    Estimate firstToken,
    long weightBytes,
    long kvBytesPerToken,
    long kvBytesPerRequest,
    long parameters,
    long attentionLayers) {

  /** Cost of a removed layer. */
  public static final LayerCost NOTHING = times(Estimate.ZERO, Estimate.ZERO, Estimate.ZERO);

  /** Only times. */
  static LayerCost times(Estimate prefill, Estimate decode, Estimate firstToken) {
    return new LayerCost(prefill, decode, firstToken, 0, 0, 0, 0, 0);
  }

  /** Seconds of the prefill of the whole batch. */
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
        kvBytesPerRequest + other.kvBytesPerRequest,
        parameters + other.parameters,
        attentionLayers + other.attentionLayers);
  }
}
