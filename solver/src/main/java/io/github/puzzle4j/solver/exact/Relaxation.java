package io.github.puzzle4j.solver.exact;

import io.github.puzzle4j.solver.backend.ChoiceModel;
import io.github.puzzle4j.solver.backend.ChoiceRow;
import java.util.ArrayList;
import java.util.List;

/**
 * The Lagrangian relaxation of a model: rows move into the objective, each weighted by a multiplier
 * of at least 0, and what is left is a shortest path over the layers. Its length is a lower bound
 * for any multipliers. Objective and rows are scaled to a largest coefficient of 1.
 */
final class Relaxation {

  private final ChoiceModel model;
  private final double[] objective;
  private final double[][] rows;
  private final double[] max;
  private final double objectiveScale;
  private final List<List<Integer>> starting = new ArrayList<>();

  Relaxation(ChoiceModel model) {
    this.model = model;
    this.objectiveScale = largest(model.size(), model::objective);
    this.objective = new double[model.size()];
    int count = model.rows().size();
    this.rows = new double[count][model.size()];
    this.max = new double[count];
    for (int item = 0; item < model.size(); item++) {
      objective[item] = model.objective(item) / objectiveScale;
    }
    for (int index = 0; index < count; index++) {
      ChoiceRow row = model.rows().get(index);
      double scale = largest(model.size(), row::coefficient);
      for (int item = 0; item < model.size(); item++) {
        rows[index][item] = row.coefficient(item) / scale;
      }
      max[index] = row.max() / scale;
    }
    for (int layer = 0; layer < model.layers(); layer++) {
      starting.add(new ArrayList<>());
    }
    for (int item = 0; item < model.size(); item++) {
      starting.get(model.firstLayer(item)).add(item);
    }
  }

  private static double largest(int size, java.util.function.IntToLongFunction coefficient) {
    double largest = 1;
    for (int item = 0; item < size; item++) {
      largest = Math.max(largest, Math.abs((double) coefficient.applyAsLong(item)));
    }
    return largest;
  }

  /** The items whose first layer this is. */
  List<Integer> starting(int layer) {
    return starting.get(layer);
  }

  /** A number of objective units as it is counted here. */
  double scaled(double units) {
    return units / objectiveScale;
  }

  /** A number counted as here in objective units. */
  double units(double scaled) {
    return scaled * objectiveScale;
  }

  int rowCount() {
    return rows.length;
  }

  /** By how much the items exceed each row, negative where they stay below it. */
  double[] excess(List<Integer> items) {
    double[] excess = new double[rows.length];
    for (int row = 0; row < rows.length; row++) {
      excess[row] = -max[row];
      for (int item : items) {
        excess[row] += rows[row][item];
      }
    }
    return excess;
  }

  /** The shortest paths under these multipliers. */
  Weights weigh(double[] multipliers) {
    double[] weight = objective.clone();
    double constant = 0;
    for (int row = 0; row < rows.length; row++) {
      if (multipliers[row] != 0) {
        for (int item = 0; item < weight.length; item++) {
          weight[item] += multipliers[row] * rows[row][item];
        }
        constant -= multipliers[row] * max[row];
      }
    }
    return new Weights(model.layers(), weight, constant);
  }

  /** Items weighted with one choice of multipliers, and the shortest way on from each layer. */
  final class Weights {

    private final double[] weight;
    private final double constant;
    private final double[] rest;
    private final int[] next;
    private final double rounding;

    private Weights(int layers, double[] weight, double constant) {
      this.weight = weight;
      this.constant = constant;
      this.rest = new double[layers + 1];
      this.next = new int[layers];
      double size = Math.abs(constant);
      for (int layer = layers - 1; layer >= 0; layer--) {
        rest[layer] = Double.POSITIVE_INFINITY;
        double heaviest = 0;
        for (int item : starting.get(layer)) {
          double length = weight[item] + rest[model.endLayer(item)];
          heaviest = Math.max(heaviest, Math.abs(weight[item]));
          if (length < rest[layer]) {
            rest[layer] = length;
            next[layer] = item;
          }
        }
        size += heaviest;
      }
      // Every number here is a sum of at most so many rounded terms, none larger than their size.
      this.rounding = 4 * Math.ulp(1.0) * (layers + rows.length + 4) * size;
    }

    double weight(int item) {
      return weight[item];
    }

    /** A lower bound of the objective of all choices that go on from the layer. */
    double bound(double before, int layer) {
      return before + rest[layer] + constant - rounding;
    }

    /** The lower bound of all choices. */
    double bound() {
      return bound(0, 0);
    }

    /** A choice whose weight is smallest; rows not looked at. */
    List<Integer> path() {
      List<Integer> path = new ArrayList<>();
      int layer = 0;
      while (layer < model.layers()) {
        path.add(next[layer]);
        layer = model.endLayer(next[layer]);
      }
      return path;
    }
  }
}
