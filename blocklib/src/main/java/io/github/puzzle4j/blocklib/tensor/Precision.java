package io.github.puzzle4j.blocklib.tensor;

import io.github.puzzle4j.blocklib.checkpoint.TensorType;

/** The type in which matrix products are computed. Weights, norms and losses stay in float32. */
public enum Precision {
  /** Exact to rounding: for tests, golden numbers and machines without bfloat16. */
  FLOAT32("6", TensorType.F32),
  /** About twice as fast where the processor has bfloat16 products. */
  BFLOAT16("15", TensorType.BF16);

  private final String torchType;
  private final TensorType type;

  Precision(String torchType, TensorType type) {
    this.torchType = torchType;
    this.type = type;
  }

  /** What a {@link DeviceTensor} of this type says. */
  public TensorType type() {
    return type;
  }

  /** The number of this type in serialised TorchScript. */
  String torchType() {
    return torchType;
  }
}
