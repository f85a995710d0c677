package io.github.puzzle4j.scoring.cost.kernel;

/** Time of overlapping parts: between their maximum (power to infinity) and their sum (power 1). */
final class Overlap {

  private Overlap() {}

  static double of(double power, double first, double second) {
    double largest = Math.max(first, second);
    return largest == 0
        ? 0
        : largest * root(power, Math.pow(first / largest, power) + share(power, second, largest));
  }

  static double of(double power, double first, double second, double third) {
    return of(power, of(power, first, second), third);
  }

  private static double share(double power, double part, double largest) {
    return Math.pow(part / largest, power);
  }

  private static double root(double power, double sum) {
    return Math.pow(sum, 1 / power);
  }
}
