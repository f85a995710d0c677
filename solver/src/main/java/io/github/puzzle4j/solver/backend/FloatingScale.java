package io.github.puzzle4j.solver.backend;

import java.util.function.IntToLongFunction;

/**
 * For backends that compute in floating point: a factor that brings whole coefficients down to at
 * most about a million, where absolute tolerances of 1e-6 and the like are sensible. A power of
 * two, so that multiplying by it does not round.
 */
public final class FloatingScale {

  private static final double LARGEST_COEFFICIENT = 1 << 20;

  private FloatingScale() {}

  /**
   * The factor for the coefficients of items 0 to {@code size - 1}; 1 where they are small already.
   */
  public static double of(int size, IntToLongFunction coefficient) {
    double largest = 1;
    for (int item = 0; item < size; item++) {
      largest = Math.max(largest, Math.abs((double) coefficient.applyAsLong(item)));
    }
    double scale = 1;
    while (largest * scale > LARGEST_COEFFICIENT) {
      scale /= 2;
    }
    return scale;
  }
}
