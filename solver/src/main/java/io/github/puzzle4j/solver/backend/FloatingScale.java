package io.github.puzzle4j.solver.backend;

import java.util.function.IntToLongFunction;

/**
 * Scale factor for backends that compute in floating point. It reduces integer coefficients to at
 * most about a million, for which absolute tolerances around 1e-6 are adequate. It is a power of
 * two, so that multiplication does not round.
 */
public final class FloatingScale {

  private static final double MAX_COEFFICIENT = 1 << 20;

  private FloatingScale() {}

  /** The factor for the objective of a model. */
  public static double of(ChoiceModel model) {
    double ofPairs = of(model.pairs().size(), place -> model.pairs().get(place).objective());
    return Math.min(ofPairs, of(model.size(), model::objective));
  }

  /**
   * The factor for the coefficients of items 0 to {@code size - 1}; 1 if they are already small.
   */
  public static double of(int size, IntToLongFunction coefficient) {
    double largest = 1;
    for (int item = 0; item < size; item++) {
      largest = Math.max(largest, Math.abs((double) coefficient.applyAsLong(item)));
    }
    double scale = 1;
    while (largest * scale > MAX_COEFFICIENT) {
      scale /= 2;
    }
    return scale;
  }
}
