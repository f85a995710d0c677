package io.github.puzzle4j.blocklib.subblock;

import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.DeviceTensor;
import java.util.HashMap;
import java.util.Map;

/**
 * Additive masks of sliding windows, {@code [tokens, tokens]}, made once per size: 0 for the keys
 * in a query's window, minus infinity for all others.
 */
final class WindowMasks {

  private record Size(long tokens, int window) {}

  private final DeviceMemory memory;
  private final Map<Size, DeviceTensor> bySize = new HashMap<>();

  WindowMasks(DeviceMemory memory) {
    this.memory = memory;
  }

  DeviceTensor mask(long tokens, int window) {
    return bySize.computeIfAbsent(new Size(tokens, window), this::compute);
  }

  private DeviceTensor compute(Size size) {
    int tokens = Math.toIntExact(size.tokens());
    float[] mask = new float[Math.multiplyExact(tokens, tokens)];
    for (int query = 0; query < tokens; query++) {
      for (int key = 0; key < tokens; key++) {
        boolean seen = key <= query && query - key < size.window();
        mask[query * tokens + key] = seen ? 0 : Float.NEGATIVE_INFINITY;
      }
    }
    return memory.floats(mask, tokens, tokens);
  }
}
