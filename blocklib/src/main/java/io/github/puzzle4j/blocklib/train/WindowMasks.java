package io.github.puzzle4j.blocklib.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.HashMap;
import java.util.Map;

/**
 * What each query may see of a window, {@code [tokens, tokens]}, made once per size: 0 for the
 * nearest keys up to its own, minus infinity for all others.
 */
final class WindowMasks {

  private record Size(long tokens, int window) {}

  private final NDManager manager;
  private final Map<Size, NDArray> bySize = new HashMap<>();

  WindowMasks(NDManager manager) {
    this.manager = manager;
  }

  NDArray mask(long tokens, int window) {
    return bySize.computeIfAbsent(new Size(tokens, window), this::compute);
  }

  private NDArray compute(Size size) {
    int tokens = Math.toIntExact(size.tokens());
    float[] mask = new float[Math.multiplyExact(tokens, tokens)];
    for (int query = 0; query < tokens; query++) {
      for (int key = 0; key < tokens; key++) {
        boolean seen = key <= query && query - key < size.window();
        mask[query * tokens + key] = seen ? 0 : Float.NEGATIVE_INFINITY;
      }
    }
    return manager.create(mask, new Shape(tokens, tokens));
  }
}
