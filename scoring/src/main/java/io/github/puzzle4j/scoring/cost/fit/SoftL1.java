package io.github.puzzle4j.scoring.cost.fit;

/**
 * The loss {@code 2 (sqrt(1 + (r / s)^2) - 1)}: quadratic near 0 and linear for outliers, which
 * limits their influence. Least squares on {@link #residual} minimises it.
 */
final class SoftL1 {

  /** Typical size of errors; larger errors increasingly count as outliers. */
  static final double SCALE = 0.1;

  private SoftL1() {}

  /** Has the loss of {@code r} as its square, and the sign of {@code r}. */
  static double residual(double r) {
    double z = r / SCALE;
    double root = Math.sqrt(1 + z * z);
    // Equals sqrt(2 (root - 1)), without cancellation near 0.
    return r * Math.sqrt(2 / (1 + root));
  }

  /** The derivative of {@link #residual}. */
  static double slope(double r) {
    double z = r / SCALE;
    double root = Math.sqrt(1 + z * z);
    return Math.sqrt((1 + root) / 2) / root;
  }
}
