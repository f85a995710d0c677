package io.github.puzzle4j.blocklib.train;

import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.DeviceTensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SequencedMap;

/**
 * The least squares fit of the last matrix of a subblock, which is what its output depends on
 * linearly. With the inputs A of the matrix W and the errors E of the outputs, one column for each
 * token, the fitted matrix is {@code W + E Aᵀ (A Aᵀ + r I)⁻¹}: ridge regression that shrinks
 * towards W (Hoerl and Kennard, Technometrics 12, 1970). Compensating pruned weights by those that
 * are left goes back to Optimal Brain Surgeon (Hassibi and Stork, NIPS 1992).
 *
 * @param matrix name of the parameter, {@code [hidden, inputs]}
 * @param input from what enters the layers and the parameters to what enters the matrix, {@code
 *     [batch, tokens, inputs]}
 * @param output likewise to the outputs, {@code [batch, tokens, hidden]}
 * @param first whether training begins with the fit; else only its result is fitted
 * @param from what enters the layers
 * @param to the wanted outputs
 */
public record OutputFit(
    String matrix,
    Training.Pass input,
    Training.Pass output,
    boolean first,
    BoundaryActivations from,
    BoundaryActivations to) {

  /** Tokens for each input of the matrix; more hardly change the fit. */
  private static final int TOKENS_PER_INPUT = 32;

  /** Ridges, relative to the mean square of an input summed over tokens. */
  private static final List<Double> RIDGES = List.of(1e-3, 1e-2, 1e-1);

  /**
   * The fitted matrices, one for each of a few ridges.
   *
   * @param scope of the matrices
   * @param parameters all of them, with the present matrix
   * @param batches how many may be used
   */
  List<DeviceTensor> matrices(
      DeviceMemory scope, SequencedMap<String, DeviceTensor> parameters, int batches) {
    DeviceTensor present = Objects.requireNonNull(parameters.get(matrix), matrix);
    int inputs = Math.toIntExact(present.size(1));
    try (DeviceMemory inner = scope.newScope()) {
      DeviceTensor products = inner.zeros(inputs, inputs);
      DeviceTensor errors = inner.zeros(inputs, present.size(0));
      double squares = 0;
      long tokens = 0;
      for (int batch = 0; batch < batches && tokens < (long) TOKENS_PER_INPUT * inputs; batch++) {
        try (DeviceMemory one = inner.newScope()) {
          DeviceTensor hidden = from.batch(one, batch);
          DeviceTensor entering =
              input.output(hidden, parameters).cast(TensorType.F32).reshape(-1, inputs);
          DeviceTensor error =
              to.batch(one, batch)
                  .sub(output.output(hidden, parameters))
                  .reshape(-1, present.size(0));
          double square = entering.square().sum().toFloat();
          // Batches on which the teacher itself gives NaN or infinity are ignored.
          if (Double.isFinite(square) && Float.isFinite(error.sum().toFloat())) {
            DeviceTensor side = entering.transpose(1, 0);
            products.addInPlace(side.matMul(entering));
            errors.addInPlace(side.matMul(error));
            squares += square;
            tokens += entering.size(0);
          }
        }
      }
      return solved(scope, present, products, errors, squares / inputs);
    }
  }

  private static List<DeviceTensor> solved(
      DeviceMemory scope,
      DeviceTensor present,
      DeviceTensor products,
      DeviceTensor errors,
      double meanSquare) {
    List<DeviceTensor> matrices = new ArrayList<>();
    for (double ridge : RIDGES) {
      try (DeviceMemory inner = scope.newScope()) {
        DeviceTensor change = products.alias(inner).solve(errors, ridge * meanSquare);
        matrices.add(present.alias(inner).add(change.transpose(1, 0)).copy(scope));
      }
    }
    return matrices;
  }
}
