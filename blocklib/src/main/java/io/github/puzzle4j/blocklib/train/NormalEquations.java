package io.github.puzzle4j.blocklib.train;

import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.DeviceTensor;

/**
 * What the square error of a linear map's outputs depends on: with inputs A and errors E of the
 * outputs, one column for each token, {@code A Aᵀ} and {@code A Eᵀ}. A change D of the matrix
 * changes the square error by {@code tr(D A Aᵀ Dᵀ) - 2 tr(D A Eᵀ)}.
 */
final class NormalEquations {

  private final int inputs;
  private final int outputs;
  private final DeviceTensor products;
  private final DeviceTensor errors;
  private double squares;
  private long tokens;

  NormalEquations(DeviceMemory scope, int inputs, int outputs) {
    this.inputs = inputs;
    this.outputs = outputs;
    this.products = scope.zeros(inputs, inputs);
    this.errors = scope.zeros(inputs, outputs);
  }

  /** Tokens that were added. */
  long tokens() {
    return tokens;
  }

  /** Adds tokens, each with the weight 1. */
  void add(LastProduct given, DeviceTensor wanted) {
    add(given, wanted, 1);
  }

  /** Adds tokens with the weight that makes their error a share of the square of what is wanted. */
  void addShare(LastProduct given, DeviceTensor wanted) {
    add(given, wanted, 1 / wanted.square().sum().toFloat());
  }

  /** Batches on which the teacher itself gives NaN or infinity are ignored. */
  private void add(LastProduct given, DeviceTensor wanted, float weight) {
    DeviceTensor input = given.input().cast(TensorType.F32).reshape(-1, inputs);
    DeviceTensor error = wanted.sub(given.output()).reshape(-1, outputs);
    double square = input.square().sum().toFloat();
    if (Double.isFinite(square) && Float.isFinite(error.sum().toFloat())) {
      DeviceTensor side = input.transpose(1, 0);
      if (weight != 1) {
        side = side.mul(weight);
      }
      products.addInPlace(side.matMul(input));
      errors.addInPlace(side.matMul(error));
      squares += weight * square;
      tokens += input.size(0);
    }
  }

  /**
   * The change of the matrix with the least square error and penalty on its own square.
   *
   * @param ridge the penalty, relative to the mean square of an input summed over tokens
   * @return transposed, {@code [inputs, outputs]}
   */
  DeviceTensor change(DeviceMemory scope, double ridge) {
    return products.alias(scope).solve(errors, ridge * squares / inputs);
  }

  /**
   * By how much a change of the matrix changes the error.
   *
   * @param change transposed, {@code [inputs, outputs]}
   */
  double errorBy(DeviceTensor change) {
    DeviceTensor halfway = products.alias(change.memory()).matMul(change);
    return halfway.sub(errors).sub(errors).mul(change).sum().toFloat();
  }
}
