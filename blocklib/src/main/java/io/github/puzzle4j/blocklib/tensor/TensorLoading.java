package io.github.puzzle4j.blocklib.tensor;

import io.github.puzzle4j.blocklib.checkpoint.Tensor;
import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import io.github.puzzle4j.blocklib.tensor.engine.NativeTensor;
import io.github.puzzle4j.blocklib.tensor.engine.Operations;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/**
 * Copies a file's tensor to a device in pieces. Bytes are read by Java, not by the library: where a
 * file was cut meanwhile, that is an error instead of the end of the process.
 */
record TensorLoading(Operations operations, Tensor tensor) {

  private static final int PIECE_BYTES = 16 << 20;

  private static final ThreadLocal<MemorySegment> BUFFER =
      ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(PIECE_BYTES, Float.BYTES));

  /** The tensor in float32. */
  NativeTensor load() {
    int atOnce = PIECE_BYTES / Math.max(Float.BYTES, tensor.type().bytes());
    long elements = tensor.elements();
    if (elements <= atOnce) {
      return piece(0, Math.toIntExact(elements), tensor.shape());
    }
    NativeTensor loaded = operations.zeros(TensorType.F32, List.of(elements));
    for (long from = 0; from < elements; from += atOnce) {
      int count = (int) Math.min(atOnce, elements - from);
      try (NativeTensor piece = piece(from, count, List.of((long) count));
          NativeTensor place = operations.slice(loaded, 0, from, from + count)) {
        operations.assign(place, piece);
      }
    }
    try (loaded) {
      return operations.reshape(loaded, tensor.shape());
    }
  }

  private NativeTensor piece(long from, int count, List<Long> shape) {
    return switch (tensor.type()) {
      case F32 -> bytes(from, count, shape);
      case F16, BF16 -> {
        try (NativeTensor stored = bytes(from, count, shape)) {
          yield operations.cast(stored, TensorType.F32);
        }
      }
      case F64, F8_E4M3, I64, I32, U8, BOOL -> {
        MemorySegment buffer = BUFFER.get().asSlice(0, (long) count * Float.BYTES);
        MemorySegment.copy(
            tensor.toFloats(from, count), 0, buffer, ValueLayout.JAVA_FLOAT, 0, count);
        yield operations.copyOf(buffer, TensorType.F32, shape);
      }
    };
  }

  private NativeTensor bytes(long from, int count, List<Long> shape) {
    long width = tensor.type().bytes();
    MemorySegment buffer = BUFFER.get().asSlice(0, count * width);
    MemorySegment.copy(tensor.data(), from * width, buffer, 0, count * width);
    return operations.copyOf(buffer, tensor.type(), shape);
  }
}
