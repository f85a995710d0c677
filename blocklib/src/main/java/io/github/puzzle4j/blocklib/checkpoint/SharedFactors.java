package io.github.puzzle4j.blocklib.checkpoint;

import io.github.puzzle4j.blocklib.arch.GatedFfn;
import io.github.puzzle4j.blocklib.arch.SoftmaxAttention;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Factors of matrices and of what they are multiplied with. Matrices that engines join share them,
 * since a joined one has a single factor: the projections to queries, keys and values, and both
 * first ones of a gated FFN.
 */
final class SharedFactors {

  /** What the module of a matrix calls the factor of its input, as its last part. */
  static final String INPUT = "input_scale";

  private static final List<List<String>> JOINED =
      List.of(
          List.of(SoftmaxAttention.QUERY, SoftmaxAttention.KEY, SoftmaxAttention.VALUE),
          List.of(GatedFfn.GATE, GatedFfn.UP));

  private final Map<String, Float> inputs;
  private final Map<String, Float> largest = new HashMap<>();

  /** By matrix, the largest number of what it is multiplied with. */
  SharedFactors(Map<String, Float> inputs) {
    this.inputs = Map.copyOf(inputs);
  }

  /** The factor's name, beside that of the matrix. */
  static String inputOf(String matrix) {
    return matrix.substring(0, matrix.lastIndexOf('.') + 1) + INPUT;
  }

  /** A number's share of the largest that a type has. */
  static float factor(float largest, float largestOfType) {
    float factor = largest / largestOfType;
    // Rows of padding are zero, and so small a factor that it is zero itself serves no row.
    return factor == 0 ? 1 : factor;
  }

  /** The largest number of a matrix and those that it is joined with. */
  float ofMatrices(String matrix, TensorSource source) throws IOException {
    float all = 0;
    for (String name : joined(matrix)) {
      Float known = largest.get(name);
      if (known == null) {
        float[] rows = new MatrixRows(source.tensor(name)).largest();
        known = MatrixRows.largest(rows, 0, rows.length);
        largest.put(name, known);
      }
      all = Math.max(all, known);
    }
    return all;
  }

  /** The largest number that enters a matrix and those that it is joined with. */
  float ofInputs(String matrix) {
    float all = 0;
    for (String name : joined(matrix)) {
      Float input = inputs.get(name);
      if (input == null) {
        throw new IllegalArgumentException(
            "nothing is known of what enters %s; there are %s".formatted(name, inputs.keySet()));
      }
      all = Math.max(all, input);
    }
    return all;
  }

  private static List<String> joined(String matrix) {
    for (List<String> names : JOINED) {
      for (String name : names) {
        if (matrix.endsWith("." + name)) {
          String layer = matrix.substring(0, matrix.length() - name.length());
          return names.stream().map(layer::concat).toList();
        }
      }
    }
    return List.of(matrix);
  }

  static Tensor scalar(float value) {
    return Tensor.ofFloats(TensorType.F32, List.of(), new float[] {value});
  }

  /** By row, the number that its elements are multiplied with. */
  @FunctionalInterface
  interface RowFactor {
    float of(int row);
  }

  /** Numbers divided by the factor of their row, in F8_E4M3. */
  static Tensor eightBits(Tensor matrix, RowFactor factors) {
    MatrixRows rows = new MatrixRows(matrix);
    MemorySegment data = FloatCodec.allocate(matrix.elements());
    rows.forEach((row, numbers) -> {
      byte[] rounded = new byte[numbers.length];
      float factor = factors.of(row);
      // Apart from the next loop, this one is done on several numbers at once.
      for (int column = 0; column < numbers.length; column++) {
        numbers[column] /= factor;
      }
      for (int column = 0; column < numbers.length; column++) {
        rounded[column] = FloatCodec.eightBits(numbers[column]);
      }
      MemorySegment.copy(
          rounded, 0, data, ValueLayout.JAVA_BYTE, (long) row * rounded.length, rounded.length);
    });
    return new Tensor(TensorType.F8_E4M3, matrix.shape(), data);
  }
}
