package io.github.puzzle4j.blocklib.tensor.torch;

import java.util.List;

/** Sizes and strides. */
final class Layouts {

  private Layouts() {}

  static long[] of(List<Long> shape) {
    return shape.stream().mapToLong(Long::longValue).toArray();
  }

  static long elements(long[] sizes) {
    long product = 1;
    for (long size : sizes) {
      product = Math.multiplyExact(product, size);
    }
    return product;
  }

  /** Strides of a tensor whose elements lie row by row. */
  static long[] contiguous(long[] sizes) {
    long[] strides = new long[sizes.length];
    long step = 1;
    for (int axis = sizes.length - 1; axis >= 0; axis--) {
      strides[axis] = step;
      step *= Math.max(1, sizes[axis]);
    }
    return strides;
  }

  /** The same without an axis. */
  static long[] without(long[] values, int axis) {
    long[] rest = new long[values.length - 1];
    System.arraycopy(values, 0, rest, 0, axis);
    System.arraycopy(values, axis + 1, rest, axis, rest.length - axis);
    return rest;
  }
}
