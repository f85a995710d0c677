package io.github.puzzle4j.scoring.cost;

import io.github.puzzle4j.scoring.cost.kernel.MatrixType;
import io.github.puzzle4j.scoring.cost.kernel.NumberFormat;

/**
 * Number formats of a served model. Embedding, LM head, norms, biases and routers are never
 * quantised: they stay in the format of the activations.
 *
 * @param weights format of the layers' matrices and their products
 * @param cache format of keys and values
 */
public record ServingFormat(MatrixType weights, NumberFormat cache) {

  /** Everything in bf16. */
  public static final ServingFormat BF16 = new ServingFormat(MatrixType.BF16, NumberFormat.BF16);

  /** Format of activations and of weights that are not quantised. */
  NumberFormat activations() {
    return weights == MatrixType.FP32 ? NumberFormat.FP32 : NumberFormat.BF16;
  }

  /** Type of the LM head's product. */
  MatrixType head() {
    return weights == MatrixType.FP32 ? MatrixType.FP32 : MatrixType.BF16;
  }

  /** Bytes of the elements of matrices and of all other elements. */
  long weightBytes(long matrixNumbers, long otherNumbers) {
    return (long) Math.ceil(matrixNumbers * weights.format().bytes())
        + (long) (otherNumbers * activations().bytes());
  }

  /** For display, such as {@code fp8 weights, bf16 KV cache}. */
  @Override
  public String toString() {
    return "%s weights, %s KV cache".formatted(weights.id(), cache.id());
  }
}
