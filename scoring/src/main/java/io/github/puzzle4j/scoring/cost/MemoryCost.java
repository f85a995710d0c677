package io.github.puzzle4j.scoring.cost;

/**
 * Memory of a served model by part.
 *
 * @param weightBytes all parameters
 * @param kvCacheBytes the whole batch at full length
 * @param activationBytes the largest step that the engine may run
 * @param reserveBytes kept free
 */
public record MemoryCost(
    long weightBytes, long kvCacheBytes, long activationBytes, long reserveBytes) {

  /** All parts together. */
  public long totalBytes() {
    return weightBytes + kvCacheBytes + activationBytes + reserveBytes;
  }
}
