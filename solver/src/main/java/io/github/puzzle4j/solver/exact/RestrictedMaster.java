package io.github.puzzle4j.solver.exact;

import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;

/**
 * The restricted master problem of the column generation: weights of at least 0 for the known paths
 * that sum to 1, such that no row is exceeded and the cost is minimal. Solved by the simplex
 * method; a basis has one column per row and one for the sum of weights. A column contains the
 * excess over each row and then the cost.
 */
final class RestrictedMaster {

  private static final double NEGLIGIBLE = 1e-11;

  private final int rows;
  private final double penalty;

  /** By position in the basis: coefficients of the column, the last one for the sum of weights. */
  private final double[][] basis;

  private final double[] basisCost;

  /** By position in the basis, the column as it was given. */
  private final double[][] given;

  private double[] values;
  private double[] duals;

  /**
   * @param penalty penalty per unit by which a row is exceeded
   * @param path the first path
   */
  RestrictedMaster(int rows, double penalty, double[] path) {
    this.rows = rows;
    this.penalty = penalty;
    this.basis = new double[rows + 1][];
    this.basisCost = new double[rows + 1];
    this.given = new double[rows + 1][0];
    given[rows] = path;
    for (int row = 0; row < rows; row++) {
      boolean exceeded = path[row] > 0;
      basis[row] = unit(row, exceeded ? -1 : 1);
      basisCost[row] = exceeded ? penalty : 0;
    }
    basis[rows] = withOne(path);
    basisCost[rows] = path[rows];
    this.values = new double[rows + 1];
    this.duals = new double[rows + 1];
    refresh();
  }

  /** By row, its dual price. */
  double[] prices() {
    double[] prices = new double[rows];
    for (int row = 0; row < rows; row++) {
      prices[row] = Math.min(penalty, Math.max(0, -duals[row]));
    }
    return prices;
  }

  /** Weights of the columns in the basis, by identity. */
  IdentityHashMap<double[], Double> weights() {
    IdentityHashMap<double[], Double> weights = new IdentityHashMap<>();
    for (int place = 0; place <= rows; place++) {
      weights.put(given[place], Math.max(0, values[place]));
    }
    return weights;
  }

  /** Minimal cost over the known columns. */
  double value() {
    double value = 0;
    for (int place = 0; place <= rows; place++) {
      value += basisCost[place] * values[place];
    }
    return value;
  }

  /** Whether the path has a negative reduced cost. */
  boolean improvedBy(double[] path) {
    return reducedCost(withOne(path), path[rows]) < 0;
  }

  /**
   * The column with the most negative reduced cost: one of these paths, or a slack or excess column
   * of a row, in the format of a path; empty if there is none.
   */
  double[] bestOf(List<double[]> paths) {
    double least = 0;
    double[] best = new double[0];
    for (double[] path : paths) {
      double reduced = reducedCost(withOne(path), path[rows]);
      if (reduced < least) {
        least = reduced;
        best = path;
      }
    }
    for (int row = 0; row < rows; row++) {
      for (int sign = -1; sign <= 1; sign += 2) {
        double[] unit = unit(row, sign);
        double cost = sign > 0 ? 0 : penalty;
        double reduced = reducedCost(unit, cost);
        if (reduced < least) {
          least = reduced;
          best = Arrays.copyOf(unit, rows + 2);
          best[rows] = cost;
        }
      }
    }
    return best;
  }

  /** Adds the column to the basis; false if that is numerically impossible. */
  boolean enter(double[] column) {
    boolean path = column.length == rows + 1;
    double[] coefficients = path ? withOne(column) : unit(column);
    double[] change = solve(coefficients, false);
    int leaving = -1;
    double ratio = Double.POSITIVE_INFINITY;
    for (int place = 0; place <= rows; place++) {
      if (change[place] > NEGLIGIBLE) {
        double own = Math.max(0, values[place]) / change[place];
        if (own < ratio) {
          ratio = own;
          leaving = place;
        }
      }
    }
    if (leaving < 0) {
      return false;
    }
    basis[leaving] = coefficients;
    given[leaving] = column;
    basisCost[leaving] = column[rows];
    return refresh();
  }

  private boolean refresh() {
    values = solve(unit(rows, 1), false);
    duals = solve(basisCost, true);
    for (int row = 0; row <= rows; row++) {
      if (!Double.isFinite(values[row]) || !Double.isFinite(duals[row])) {
        return false;
      }
    }
    return true;
  }

  /** Reduced cost of the column; 0 if it is within rounding. */
  private double reducedCost(double[] coefficients, double cost) {
    double reduced = cost;
    double size = Math.abs(cost) + 1;
    for (int row = 0; row <= rows; row++) {
      reduced -= duals[row] * coefficients[row];
      size = Math.max(size, Math.abs(duals[row]));
    }
    return Math.abs(reduced) <= NEGLIGIBLE * size ? 0 : reduced;
  }

  private double[] withOne(double[] path) {
    double[] coefficients = path.clone();
    coefficients[rows] = 1;
    return coefficients;
  }

  private double[] unit(double[] column) {
    double[] coefficients = new double[rows + 1];
    System.arraycopy(column, 0, coefficients, 0, rows);
    return coefficients;
  }

  private double[] unit(int row, double value) {
    double[] unit = new double[rows + 1];
    unit[row] = value;
    return unit;
  }

  /**
   * Solves the basis, or its transpose, for a right-hand side by Gaussian elimination with
   * pivoting.
   */
  private double[] solve(double[] right, boolean transposed) {
    int size = rows + 1;
    double[][] matrix = new double[size][size + 1];
    for (int row = 0; row < size; row++) {
      for (int column = 0; column < size; column++) {
        matrix[row][column] = transposed ? basis[row][column] : basis[column][row];
      }
      matrix[row][size] = right[row];
    }
    for (int column = 0; column < size; column++) {
      int pivot = column;
      for (int row = column + 1; row < size; row++) {
        if (Math.abs(matrix[row][column]) > Math.abs(matrix[pivot][column])) {
          pivot = row;
        }
      }
      double[] swapped = matrix[pivot];
      matrix[pivot] = matrix[column];
      matrix[column] = swapped;
      for (int row = 0; row < size; row++) {
        double factor = matrix[row][column] / swapped[column];
        if (row != column && factor != 0) {
          for (int index = column; index <= size; index++) {
            matrix[row][index] -= factor * swapped[index];
          }
        }
      }
    }
    double[] solution = new double[size];
    for (int row = 0; row < size; row++) {
      solution[row] = matrix[row][size] / matrix[row][row];
    }
    return solution;
  }
}
