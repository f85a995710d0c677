package io.github.puzzle4j.scoring.cost.fit;

import io.github.puzzle4j.scoring.cost.kernel.FormulaFamily;

/**
 * One coefficient between its bounds as a number without bounds, so that a search cannot leave
 * them: the logistic curve over the bounds, or over their logarithms where they lie orders apart.
 */
final class BoundedScale {

  private static final double ORDERS_APART = 8;

  /** A search that starts on a bound would see no slope there. */
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
