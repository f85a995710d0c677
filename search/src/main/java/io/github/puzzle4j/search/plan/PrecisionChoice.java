package io.github.puzzle4j.search.plan;

import io.github.puzzle4j.blocklib.tensor.ComputeDevice;
import io.github.puzzle4j.blocklib.tensor.Precision;
import io.github.puzzle4j.blocklib.train.ProductSpeed;

/** A precision of matrix products, or the faster one. */
public enum PrecisionChoice {
  /** Whichever is faster on the device that computes. */
  AUTO,
  /** {@link Precision#FLOAT32}. */
  FLOAT32,
  /** {@link Precision#BFLOAT16}. */
  BFLOAT16;

  /** The choice of exactly this precision. */
  public static PrecisionChoice of(Precision precision) {
    return switch (precision) {
      case FLOAT32 -> FLOAT32;
      case BFLOAT16 -> BFLOAT16;
    };
  }

  /** The precision on a device; products are measured for some milliseconds if need be. */
  public Precision on(ComputeDevice device) {
    return switch (this) {
      case AUTO -> ProductSpeed.fastest(device);
      case FLOAT32 -> Precision.FLOAT32;
      case BFLOAT16 -> Precision.BFLOAT16;
    };
  }
}
