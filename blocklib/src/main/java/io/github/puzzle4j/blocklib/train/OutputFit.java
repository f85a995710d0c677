package io.github.puzzle4j.blocklib.train;

import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.DeviceTensor;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * The least squares fit of the last matrix of a subblock, which is what its output depends on
 * linearly. With the inputs A of the matrix W and the errors E of the outputs, one column for each
 * token, the fitted matrix is {@code W + E Aᵀ (A Aᵀ + r I)⁻¹}: ridge regression that shrinks
 * towards W (Hoerl and Kennard, Technometrics 12, 1970). Compensating pruned weights by those that
 * are left goes back to Optimal Brain Surgeon (Hassibi and Stork, NIPS 1992).
 *
 * @param matrix name of the parameter, {@code [hidden, inputs]}
 * @param pass from what enters the layers and the parameters to the matrix's product
 * @param first whether training begins with the fit; else only its result is fitted
 * @param from what enters the layers
 * @param to the wanted outputs
 */
public record OutputFit(
    String matrix, Pass pass, boolean first, BoundaryActivations from, BoundaryActivations to) {

  /** From what enters layers to the last matrix and what it gives. */
  @FunctionalInterface
  public interface Pass {
    LastProduct product(DeviceTensor input, SequencedMap<String, DeviceTensor> weights);
  }

  /** Tokens for each input of the matrix; more hardly change the fit. */
  private static final int TOKENS_PER_INPUT = 32;

  /** Ridges, relative to the mean square of an input summed over tokens. */
  private static final List<Double> RIDGES = List.of(1e-3, 1e-2, 1e-1);

  /** The same, but that the training begins with the matrix as it is. */
  public OutputFit afterwards() {
    return new OutputFit(matrix, pass, false, from, to);
  }

  /**
   * The fitted matrix with the ridge that is best on held-out batches.
   *
   * @param scope of the matrix
   * @param parameters all of them, with the present matrix
   * @param batches how many may be fitted to; those behind them are held out
   * @return empty if none is better there than the present one
   */
  Optional<DeviceTensor> fitted(
      DeviceMemory scope, SequencedMap<String, DeviceTensor> parameters, int batches) {
    DeviceTensor present = Objects.requireNonNull(parameters.get(matrix), matrix);
    int inputs = Math.toIntExact(present.size(1));
    int outputs = Math.toIntExact(present.size(0));
    try (DeviceMemory inner = scope.newScope()) {
      NormalEquations fitted = new NormalEquations(inner, inputs, outputs);
      for (int batch = 0; batch < batches && fitted.tokens() < enough(inputs); batch++) {
        try (DeviceMemory one = inner.newScope()) {
          fitted.add(product(one, parameters, batch), to.batch(one, batch));
        }
      }
      NormalEquations heldOut = new NormalEquations(inner, inputs, outputs);
      for (int batch = batches; batch < from.batches(); batch++) {
        try (DeviceMemory one = inner.newScope()) {
          heldOut.addShare(product(one, parameters, batch), to.batch(one, batch));
        }
      }
      return change(inner, fitted, heldOut)
          .map(change -> present.alias(inner).add(change.transpose(1, 0)).copy(scope));
    }
  }

  /** Tokens to which a matrix of so many inputs is fitted, if there are so many. */
  static long enough(int inputs) {
    return (long) TOKENS_PER_INPUT * inputs;
  }

  private LastProduct product(
      DeviceMemory scope, SequencedMap<String, DeviceTensor> parameters, int batch) {
    return pass.product(from.batch(scope, batch), parameters);
  }

  /** The change of the matrix that is best on held-out tokens; empty if none is better. */
  static Optional<DeviceTensor> change(
      DeviceMemory scope, NormalEquations fitted, NormalEquations heldOut) {
    Optional<DeviceTensor> best = Optional.empty();
    double least = 0;
    for (double ridge : RIDGES) {
      DeviceTensor change = fitted.change(scope, ridge);
      double error = heldOut.errorBy(change);
      if (error < least) {
        least = error;
        best = Optional.of(change);
      }
    }
    return best;
  }
}
