package io.github.puzzle4j.blocklib.tensor;

import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Copies of tensors in arrays of Java. */
final class HostCopies {

  private HostCopies() {}

  static float[] floats(DeviceTensor tensor) {
    try (Arena arena = Arena.ofConfined()) {
      return read(arena, tensor, TensorType.F32).toArray(ValueLayout.JAVA_FLOAT);
    }
  }

  static double[] doubles(DeviceTensor tensor) {
    try (Arena arena = Arena.ofConfined()) {
      return read(arena, tensor, TensorType.F64).toArray(ValueLayout.JAVA_DOUBLE);
    }
  }

  static long[] longs(DeviceTensor tensor) {
    try (Arena arena = Arena.ofConfined()) {
      return read(arena, tensor, TensorType.I64).toArray(ValueLayout.JAVA_LONG);
    }
  }

  private static MemorySegment read(Arena arena, DeviceTensor tensor, TensorType wanted) {
    if (tensor.type() != wanted) {
      throw new IllegalArgumentException("%s is not %s".formatted(tensor, wanted));
    }
    MemorySegment host = arena.allocate(tensor.elements() * wanted.bytes(), Long.BYTES);
    tensor.operations().read(tensor.nativeTensor(), host);
    return host;
  }
}
