package io.github.puzzle4j.blocklib.tensor.torch;

import io.github.puzzle4j.blocklib.tensor.engine.Binary;
import io.github.puzzle4j.blocklib.tensor.engine.NativeTensor;
import io.github.puzzle4j.blocklib.tensor.engine.Unary;
import java.util.List;

/** The norm by few passes over memory: PyTorch has no fused backward pass on processors. */
record ComposedNormalization(TorchOperations operations) implements Normalization {

  private static final Operator MV = Operator.of("mv");

  @Override
  public TorchTensor forward(TorchTensor x, TorchTensor gain, double epsilon) {
    TorchCalls calls = operations.calls;
    try (TorchTensor reciprocal = reciprocal(x, epsilon)) {
      TorchTensor result = calls.one(TorchArithmetic.MUL, x, reciprocal);
      calls.inPlace(TorchArithmetic.MUL_IN_PLACE, result, gain);
      return result;
    }
  }

  /** {@code 1 / sqrt(mean(x²) + epsilon)}; the last axis has a size of 1. */
  TorchTensor reciprocal(TorchTensor x, double epsilon) {
    try (TorchTensor norms = operations.norms(x, true);
        NativeTensor squares = operations.apply(Unary.SQUARE, norms);
        NativeTensor means = operations.apply(Binary.MULTIPLY, squares, 1.0 / x.size(-1));
        NativeTensor raised = operations.apply(Binary.ADD, means, epsilon)) {
      return TorchMemory.own(operations.apply(Unary.RECIPROCAL_SQUARE_ROOT, raised));
    }
  }

  /**
   * With {@code r} the reciprocal, {@code g} the gradient and {@code w} the gain, of width {@code
   * n}: {@code dx = r (g w - x r² sum(g w x) / n)} and {@code dw = sum over rows of g x r}. Both
   * sums are products of the matrix {@code g x} with a vector.
   */
  @Override
  public List<NativeTensor> backward(
      TorchTensor gradient, TorchTensor x, TorchTensor gain, double epsilon) {
    TorchCalls calls = operations.calls;
    long width = x.size(-1);
    long rows = x.elements() / width;
    try (TorchTensor reciprocal = reciprocal(x, epsilon);
        TorchTensor products = calls.one(TorchArithmetic.MUL, gradient, x);
        TorchTensor matrix = operations.reshaped(products, rows, width);
        TorchTensor transposed = operations.transposed(matrix);
        TorchTensor factors = operations.reshaped(reciprocal, rows);
        TorchTensor sums = calls.one(MV, matrix, gain);
        NativeTensor squares = operations.apply(Unary.SQUARE, factors);
        NativeTensor scaled = operations.apply(Binary.MULTIPLY, squares, sums);
        NativeTensor shift = operations.reshape(scaled, reciprocal.shape())) {
      TorchTensor ofX = calls.one(TorchArithmetic.MUL, gradient, gain);
      operations.addMultiplied(ofX, x, TorchMemory.own(shift), -1.0 / width);
      calls.inPlace(TorchArithmetic.MUL_IN_PLACE, ofX, reciprocal);
      return List.of(ofX, calls.one(MV, transposed, factors));
    }
  }
}
