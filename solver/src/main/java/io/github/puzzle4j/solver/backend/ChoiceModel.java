package io.github.puzzle4j.solver.backend;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The model that backends minimise: the sum of {@link #objective} over the chosen items and of the
 * {@link #pairs} of which both items are chosen, where exactly one chosen item covers each layer
 * and every row holds.
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
  private final List<ChoicePair> pairs;
  private final Map<Long, Long> byItems;

  /** A model without pairs. */
  public ChoiceModel(
      int layers, int[] firstLayer, int[] endLayer, long[] objective, List<ChoiceRow> rows) {
    this(layers, firstLayer, endLayer, objective, rows, List.of());
  }

  /**
   * @param firstLayer by item, the first layer that it covers
   * @param endLayer by item, the layer after the last one that it covers
   * @param objective by item, its contribution to the objective
   * @param pairs at most one for any two items
   */
  public ChoiceModel(
      int layers,
      int[] firstLayer,
      int[] endLayer,
      long[] objective,
      List<ChoiceRow> rows,
      List<ChoicePair> pairs) {
    this.pairs = List.copyOf(pairs);
    this.byItems =
        pairs.stream()
            .collect(
                Collectors.toMap(pair -> key(pair.one(), pair.other()), ChoicePair::objective));
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

  /** Terms of the objective that apply if both of their items are chosen. */
  public List<ChoicePair> pairs() {
    return pairs;
  }

  /** What two chosen items add to the objective together, beyond what each adds by itself. */
  public long pairObjective(int one, int other) {
    return byItems.getOrDefault(key(one, other), 0L);
  }

  private static long key(int one, int other) {
    return (long) Math.min(one, other) << Integer.SIZE | Math.max(one, other);
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
    return new ChoiceModel(layers, firstLayer, endLayer, objective, all, pairs);
  }

  /** Returns a copy with these pairs instead of its own. */
  public ChoiceModel withPairs(List<ChoicePair> others) {
    return new ChoiceModel(layers, firstLayer, endLayer, objective, rows, others);
  }

  /** Objective of these items. */
  public long objective(List<Integer> items) {
    long sum = items.stream().mapToLong(this::objective).sum();
    if (!pairs.isEmpty()) {
      for (int one : items) {
        for (int other : items) {
          sum += one < other ? pairObjective(one, other) : 0;
        }
      }
    }
    return sum;
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
