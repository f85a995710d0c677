package io.github.puzzle4j.blocklib.checkpoint;

import java.util.Arrays;
import java.util.Optional;

/** The element types of safetensors files, by the names that the format gives them. */
public enum TensorType {
  /** For numbers that are computed with; models have no weights of this type here. */
  F64(8),
  F32(4),
  F16(2),
  /** The upper half of an F32. */
  BF16(2),
  /** Weights of this type come with a tensor of scales. */
  F8_E4M3(1),
  I64(8),
  I32(4),
  U8(1),
  BOOL(1);

  private final int bytes;

  TensorType(int bytes) {
    this.bytes = bytes;
  }

  /** Bytes of one element. */
  public int bytes() {
    return bytes;
  }

  static Optional<TensorType> named(String name) {
    return Arrays.stream(values()).filter(type -> type.name().equals(name)).findFirst();
  }
}
