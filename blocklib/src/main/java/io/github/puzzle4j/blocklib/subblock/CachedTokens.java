package io.github.puzzle4j.blocklib.subblock;

import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.DeviceTensor;

/**
 * Keys and values of the tokens before those that are read, and room for theirs.
 *
 * @param keys in the type of products, {@code [batch, kvHeads, capacity, headDim]}
 * @param values the same shape
 * @param known tokens that are in it, at its beginning
 */
public record CachedTokens(DeviceTensor keys, DeviceTensor values, long known) {

  /** The most tokens that it holds. */
  public long capacity() {
    return keys.size(2);
  }

  /** Writes keys and values behind those that are known. */
  void write(DeviceMemory scope, DeviceTensor newKeys, DeviceTensor newValues) {
    long to = known + newKeys.size(2);
    keys.alias(scope).slice(2, known, to).set(newKeys);
    values.alias(scope).slice(2, known, to).set(newValues);
  }

  /** The keys from a position up to, and without, another one. */
  DeviceTensor keys(DeviceMemory scope, long from, long to) {
    return keys.alias(scope).slice(2, from, to);
  }

  /** The values likewise. */
  DeviceTensor values(DeviceMemory scope, long from, long to) {
    return values.alias(scope).slice(2, from, to);
  }
}
