package io.github.puzzle4j.blocklib.checkpoint;

import java.util.stream.IntStream;

/** The rows of a matrix, by several threads. */
record MatrixRows(Tensor matrix) {

  /** Rows of about this many numbers are one thread's at a time. */
  private static final int NUMBERS_AT_ONCE = 1 << 16;

  /** Does something with a row, whose numbers it may overwrite. */
  @FunctionalInterface
  interface RowReader {
    void read(int row, float[] numbers);
  }

  int rows() {
    return Math.toIntExact(matrix.shape().getFirst());
  }

  int columns() {
    return Math.toIntExact(matrix.shape().getLast());
  }

  void forEach(RowReader reader) {
    int rows = rows();
    int atOnce = Math.max(1, NUMBERS_AT_ONCE / Math.max(1, columns()));
    IntStream.range(0, Math.ceilDiv(rows, atOnce))
        .parallel()
        .forEach(part -> {
          float[] numbers = new float[columns()];
          for (int row = part * atOnce; row < Math.min(rows, (part + 1) * atOnce); row++) {
            matrix.readFloats((long) row * numbers.length, numbers, numbers.length);
            reader.read(row, numbers);
          }
        });
  }

  /** The largest absolute number of each row. */
  float[] largest() {
    float[] largest = new float[rows()];
    forEach((row, numbers) -> largest[row] = largest(numbers, 0, numbers.length));
    return largest;
  }

  static float largest(float[] numbers, int from, int to) {
    float largest = 0;
    for (int i = from; i < to; i++) {
      largest = Math.max(largest, Math.abs(numbers[i]));
    }
    return largest;
  }
}
