package io.github.puzzle4j.scoring.cost.fit;

import io.github.puzzle4j.scoring.cost.kernel.FormulaFamily;

/**
 * Maps a coefficient with bounds to an unbounded number, so that a search cannot violate the
 * bounds: a logistic curve over the bounds, or over their logarithms if they are orders of
 * magnitude apart.
 */
final class BoundedScale {

  private static final double ORDERS_APART = 8;

  /** Distance of a start from the bounds; the slope vanishes on a bound. */
  private static final double EDGE = 0.02;

  private final double least;
  private final double most;
  private final boolean logarithmic;

  BoundedScale(FormulaFamily.Coefficient coefficient) {
    logarithmic =
        coefficient.least() > 0 && coefficient.most() / coefficient.least() > ORDERS_APART;
    least = logarithmic ? Math.log(coefficient.least()) : coefficient.least();
    most = logarithmic ? Math.log(coefficient.most()) : coefficient.most();
  }

  double toFree(double bounded) {
    if (most == least) {
      return 0;
    }
    double place = ((logarithmic ? Math.log(bounded) : bounded) - least) / (most - least);
    double inside = Math.clamp(place, EDGE, 1 - EDGE);
    return Math.log(inside / (1 - inside));
  }

  double toBounded(double free) {
    double place = 1 / (1 + Math.exp(-free));
    double value = least + (most - least) * place;
    return logarithmic ? Math.exp(value) : value;
  }
}
