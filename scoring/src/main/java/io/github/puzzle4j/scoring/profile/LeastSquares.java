package io.github.puzzle4j.scoring.profile;

import java.util.List;

/** Linear least squares in which no unknown is negative, by coordinate descent. */
final class LeastSquares {

  private static final int MOST_SWEEPS = 20_000;
  private static final double SETTLED = 1e-12;

  private LeastSquares() {}

  /**
   * The {@code x >= 0} with the smallest {@code |rows x - wanted|}. An unknown without a row is 0.
   */
  static double[] solve(List<double[]> rows, List<Double> wanted) {
    int unknowns = rows.getFirst().length;
    double[][] products = new double[unknowns][unknowns];
    double[] right = new double[unknowns];
    for (int row = 0; row < rows.size(); row++) {
      double[] values = rows.get(row);
      for (int i = 0; i < unknowns; i++) {
        right[i] += values[i] * wanted.get(row);
        for (int j = 0; j < unknowns; j++) {
          products[i][j] += values[i] * values[j];
        }
      }
    }
    double[] x = new double[unknowns];
    boolean moving = true;
    for (int sweep = 0; moving && sweep < MOST_SWEEPS; sweep++) {
      moving = false;
      for (int i = 0; i < unknowns; i++) {
        moving |= improve(products[i], right[i], x, i);
      }
    }
    return x;
  }

  private static boolean improve(double[] products, double right, double[] x, int at) {
    if (products[at] == 0) {
      return false;
    }
    double rest = right;
    for (int j = 0; j < x.length; j++) {
      rest -= j == at ? 0 : products[j] * x[j];
    }
    double before = x[at];
    x[at] = Math.max(0, rest / products[at]);
    return Math.abs(x[at] - before) > SETTLED * Math.max(x[at], before);
  }
}
