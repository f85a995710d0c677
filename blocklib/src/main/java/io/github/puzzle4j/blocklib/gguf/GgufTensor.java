package io.github.puzzle4j.blocklib.gguf;

import java.util.List;

/**
 * A tensor of a GGUF file.
 *
 * @param shape outermost dimension first, at least one; the innermost is a multiple of the type's
 *     block
 * @param offset of its first byte from the start of the file's data
 */
public record GgufTensor(String name, GgufType type, List<Long> shape, long offset) {

  public GgufTensor {
    shape = List.copyOf(shape);
  }

  /** Numbers in a row: the innermost dimension. */
  public long columns() {
    return shape.getLast();
  }

  /** Number of rows. */
  public long rows() {
    return elements() / columns();
  }

  /** Number of elements. */
  public long elements() {
    return shape.stream().reduce(1L, Math::multiplyExact);
  }

  /** Size of a row. */
  public long rowBytes() {
    return columns() / type.blockSize() * type.blockBytes();
  }

  /** Size of all rows. */
  public long bytes() {
    return Math.multiplyExact(rows(), rowBytes());
  }
}
