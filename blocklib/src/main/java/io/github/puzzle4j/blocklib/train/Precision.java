package io.github.puzzle4j.blocklib.train;

/** The type in which matrix products are computed. Weights, norms and losses stay in float32. */
public enum Precision {
  /** Exact to rounding: for tests, golden numbers and machines without bfloat16. */
  FLOAT32("6"),
  /** About twice as fast where the processor has bfloat16 products. */
  BFLOAT16("15");

  private final String torchType;

  Precision(String torchType) {
    this.torchType = torchType;
  }

  /** The number of this type in serialised TorchScript. */
  String torchType() {
    return torchType;
  }
}
