package io.github.puzzle4j.blocklib.checkpoint;

import java.util.List;

/**
 * A tensor without its elements.
 *
 * @param shape outermost dimension first; empty for a scalar
 */
public record TensorSpec(TensorType type, List<Long> shape) {

  public TensorSpec {
    shape = List.copyOf(shape);
    if (shape.stream().anyMatch(size -> size < 0)) {
      throw new IllegalArgumentException("shape %s has a negative dimension".formatted(shape));
    }
    bytes(type, shape);
  }

  /** Product of the dimensions. */
  public long elements() {
    return bytes() / type.bytes();
  }

  /** Size of the elements. */
  public long bytes() {
    return bytes(type, shape);
  }

  private static long bytes(TensorType type, List<Long> shape) {
    try {
      return shape.stream().reduce((long) type.bytes(), Math::multiplyExact);
    } catch (ArithmeticException overflow) {
      throw new IllegalArgumentException(
          "shape %s has more bytes than a file can hold".formatted(shape), overflow);
    }
  }
}
