package io.github.puzzle4j.scoring.cost.fit;

/**
 * The loss {@code 2 (sqrt(1 + (r / s)^2) - 1)}, quadratic near 0 and linear far off: rows that no
 * formula explains pull on the coefficients no harder than others. A method of least squares that
 * is given {@link #residual} instead of {@code r} minimises it.
 */
final class SoftL1 {

  /** Errors of a tenth are the usual ones: larger ones count as outliers more and more. */
  static final double SCALE = 0.1;

  private SoftL1() {}

  /** Its square is the loss of {@code r}, with the sign of {@code r}. */
  static double residual(double r) {
    double z = r / SCALE;
    double root = Math.sqrt(1 + z * z);
    // The root of 2 (root - 1), without the cancellation near 0.
    return r * Math.sqrt(2 / (1 + root));
  }

  /** The derivative of {@link #residual}. */
  static double slope(double r) {
    double z = r / SCALE;
    double root = Math.sqrt(1 + z * z);
    return Math.sqrt((1 + root) / 2) / root;
  }
}
