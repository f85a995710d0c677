package io.github.puzzle4j.solver.backend;

import java.util.ArrayList;
import java.util.List;

/**
 * The model that backends minimise: the sum of {@link #objective} over the chosen items, where
 * exactly one chosen item covers each layer and every row holds.
 *
 * <p>All numbers are integers. Their absolute sums over any choice stay below 2^53, so that doubles
 * represent them exactly, and over all items below 2^61, so that long arithmetic does not overflow.
 */
public final class ChoiceModel {

  private final int layers;
  private final int[] firstLayer;
  private final int[] endLayer;
  private final long[] objective;
  private final List<ChoiceRow> rows;

  /**
   * @param firstLayer by item, the first layer that it covers
   * @param endLayer by item, the layer after the last one that it covers
   * @param objective by item, its contribution to the objective
   */
  public ChoiceModel(
      int layers, int[] firstLayer, int[] endLayer, long[] objective, List<ChoiceRow> rows) {
    this.layers = layers;
    this.firstLayer = firstLayer.clone();
    this.endLayer = endLayer.clone();
    this.objective = objective.clone();
    this.rows = List.copyOf(rows);
  }

  /** Number of layers. */
  public int layers() {
    return layers;
  }

  /** Number of items. */
  public int size() {
    return objective.length;
  }

  /** First layer that the item covers. */
  public int firstLayer(int item) {
    return firstLayer[item];
  }

  /** Layer after the last one that the item covers. */
  public int endLayer(int item) {
    return endLayer[item];
  }

  /** Contribution of the item to the objective, which is minimised. */
  public long objective(int item) {
    return objective[item];
  }

  /** Constraints besides coverage of the layers. */
  public List<ChoiceRow> rows() {
    return rows;
  }

  /** Items that cover each layer, by layer; each list is ascending. */
  public List<List<Integer>> covers() {
    List<List<Integer>> covers = new ArrayList<>();
    for (int layer = 0; layer < layers; layer++) {
      covers.add(new ArrayList<>());
    }
    for (int item = 0; item < size(); item++) {
      for (int layer = firstLayer[item]; layer < endLayer[item]; layer++) {
        covers.get(layer).add(item);
      }
    }
    return covers;
  }

  /** Returns a copy with additional rows. */
  public ChoiceModel with(List<ChoiceRow> further) {
    List<ChoiceRow> all = new ArrayList<>(rows);
    all.addAll(further);
    return new ChoiceModel(layers, firstLayer, endLayer, objective, all);
  }

  /** Objective of these items. */
  public long objective(List<Integer> items) {
    return items.stream().mapToLong(this::objective).sum();
  }

  /** Whether these items cover each layer exactly once, ignoring the rows. */
  public boolean covers(List<Integer> items) {
    if (items.stream().anyMatch(item -> item < 0 || item >= size())) {
      return false;
    }
    int next = 0;
    List<Integer> ordered =
        items.stream().sorted((a, b) -> Integer.compare(firstLayer[a], firstLayer[b])).toList();
    for (int item : ordered) {
      if (firstLayer[item] != next) {
        return false;
      }
      next = endLayer[item];
    }
    return next == layers;
  }

  /** Whether these items cover each layer exactly once and every row holds. */
  public boolean admits(List<Integer> items) {
    return covers(items) && rows.stream().allMatch(row -> row.holds(items));
  }
}
