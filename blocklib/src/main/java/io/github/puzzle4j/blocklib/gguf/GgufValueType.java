package io.github.puzzle4j.blocklib.gguf;

import java.util.Optional;

/** Types of metadata values; the number in files is the ordinal. */
enum GgufValueType {
  UINT8(1),
  INT8(1),
  UINT16(2),
  INT16(2),
  UINT32(4),
  INT32(4),
  FLOAT32(4),
  BOOL(1),
  /** The length in eight bytes, then the text. */
  STRING(8),
  /** Type of the items and their number, then the items. */
  ARRAY(12),
  UINT64(8),
  INT64(8),
  FLOAT64(8);

  private final int least;

  GgufValueType(int least) {
    this.least = least;
  }

  /** Bytes of a value; of strings and arrays those that come before the contents. */
  int least() {
    return least;
  }

  static Optional<GgufValueType> ofCode(int code) {
    return code >= 0 && code < values().length ? Optional.of(values()[code]) : Optional.empty();
  }
}
