package io.github.puzzle4j.scoring.cost;

import io.github.puzzle4j.scoring.cost.kernel.MatrixType;
import io.github.puzzle4j.scoring.cost.kernel.NumberFormat;

/**
 * How a model is held and computed while it is served. Embedding, LM head, norms, biases and
 * routers are never quantised: they stay in the format of the activations.
 *
 * @param weights how the layers' matrices are held and multiplied
 * @param cache how keys and values are held
 */
public record ServingFormat(MatrixType weights, NumberFormat cache) {

  /** Everything in bf16. */
  public static final ServingFormat BF16 = new ServingFormat(MatrixType.BF16, NumberFormat.BF16);

  /** What is not quantised, and what passes from kernel to kernel. */
  NumberFormat activations() {
    return weights == MatrixType.FP32 ? NumberFormat.FP32 : NumberFormat.BF16;
  }

  /** How the LM head is multiplied. */
  MatrixType head() {
    return weights == MatrixType.FP32 ? MatrixType.FP32 : MatrixType.BF16;
  }

  /** Bytes of so many numbers in matrices and so many outside. */
  long weightBytes(long matrixNumbers, long otherNumbers) {
    return (long) Math.ceil(matrixNumbers * weights.format().bytes())
        + (long) (otherNumbers * activations().bytes());
  }

  /** For people, such as {@code fp8 weights, bf16 KV cache}. */
  @Override
  public String toString() {
    return "%s weights, %s KV cache".formatted(weights.id(), cache.id());
  }
}
