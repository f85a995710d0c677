package io.github.puzzle4j.scoring.cost.kernel;

/** Time of overlapping parts: between their maximum (power to infinity) and their sum (power 1). */
final class Overlap {

  private Overlap() {}

  static double of(double power, double first, double second) {
    double largest = Math.max(first, second);
    return largest == 0
        ? 0
        : largest
            * Math.pow(
                Math.pow(first / largest, power) + Math.pow(second / largest, power), 1 / power);
  }
}
