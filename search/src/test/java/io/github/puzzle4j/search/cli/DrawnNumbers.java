package io.github.puzzle4j.search.cli;

import io.github.puzzle4j.blocklib.arch.TensorNames;
import io.github.puzzle4j.blocklib.checkpoint.Tensor;
import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Weights that a name stands for, the same as {@code make_golden_losses.py} draws. */
public final class DrawnNumbers {

  private DrawnNumbers() {}

  public static Tensor of(String name, List<Long> shape, TensorType type) {
    float[] values =
        new float[(int) shape.stream().mapToLong(Long::longValue).reduce(1, (a, b) -> a * b)];
    boolean wide =
        shape.size() == 1 || name.equals(TensorNames.EMBEDDING) || name.equals(TensorNames.LM_HEAD);
    long state = fnv(name);
    for (int i = 0; i < values.length; i++) {
      state += 0x9E3779B97F4A7C15L;
      int drawn = (int) (mixed(state) >>> 56);
      values[i] =
          name.endsWith("norm.weight")
              ? (128 + drawn / 2) / 256f
              : (drawn - 128) / (wide ? 128f : 256f);
    }
    return Tensor.ofFloats(type, shape, values);
  }

  /** SplitMix64. */
  private static long mixed(long state) {
    long z = (state ^ (state >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  /** FNV-1a of 64 bits. */
  private static long fnv(String name) {
    long hash = 0xCBF29CE484222325L;
    for (byte value : name.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (value & 0xff)) * 0x100000001B3L;
    }
    return hash;
  }
}
