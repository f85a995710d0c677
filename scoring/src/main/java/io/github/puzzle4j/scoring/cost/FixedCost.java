package io.github.puzzle4j.scoring.cost;

/**
 * Cost of a model outside its layers: embedding, final norm, LM head, the engine's own work.
 *
 * @param layerLike times and bytes in the form of a layer's; it has no KV cache
 * @param activationBytes of the largest step that the engine may run, with the teacher's widths
 * @param reserveBytes kept free, from the scenario
 */
public record FixedCost(LayerCost layerLike, long activationBytes, long reserveBytes) {

  /** Bytes that do not depend on the choice of variants. */
  public long memoryBytes() {
    return layerLike.weightBytes() + activationBytes + reserveBytes;
  }
}
