package io.github.puzzle4j.blocklib.tensor;

import io.github.puzzle4j.blocklib.checkpoint.TensorType;

/** The type in which matrix products are computed. Weights, norms and losses stay in float32. */
public enum Precision {
  /** Exact to rounding: for tests, golden numbers and machines without bfloat16. */
  FLOAT32(TensorType.F32),
  /** About twice as fast where the processor has bfloat16 products. */
  BFLOAT16(TensorType.BF16);

  private final TensorType type;

  Precision(TensorType type) {
    this.type = type;
  }

  /** What a {@link DeviceTensor} of this type says. */
  public TensorType type() {
    return type;
  }
}
