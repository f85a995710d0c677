package io.github.puzzle4j.solver;

import io.github.puzzle4j.solver.backend.ChoiceModel;
import io.github.puzzle4j.solver.backend.ChoicePair;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntToLongFunction;

/** Smallest and largest sums over the choices of a model, ignoring its rows. */
final class LayerSums {

  private LayerSums() {}

  /**
   * The smallest sum of these values by item; requires that some choice covers each layer exactly
   * once.
   */
  static long smallest(ChoiceModel model, IntToLongFunction value) {
    // Processed from the last layer, so that one pass over the items suffices.
    int[] byLayer = new int[model.layers() + 2];
    for (int item = 0; item < model.size(); item++) {
      byLayer[model.firstLayer(item) + 1]++;
    }
    for (int layer = 0; layer <= model.layers(); layer++) {
      byLayer[layer + 1] += byLayer[layer];
    }
    int[] next = byLayer.clone();
    int[] items = new int[model.size()];
    for (int item = 0; item < model.size(); item++) {
      items[next[model.firstLayer(item)]++] = item;
    }
    long[] rest = new long[model.layers() + 1];
    Arrays.fill(rest, 0, model.layers(), Long.MAX_VALUE / 4);
    for (int layer = model.layers() - 1; layer >= 0; layer--) {
      for (int place = byLayer[layer]; place < byLayer[layer + 1]; place++) {
        int item = items[place];
        rest[layer] = Math.min(rest[layer], value.applyAsLong(item) + rest[model.endLayer(item)]);
      }
    }
    return rest[0];
  }

  /** The largest sum; see {@link #smallest}. */
  static long largest(ChoiceModel model, IntToLongFunction value) {
    return -smallest(model, item -> -value.applyAsLong(item));
  }

  /**
   * A lower bound of what pairs add: for any two layers, the smallest term of items that begin
   * there, or none.
   */
  static long leastOfPairs(ChoiceModel model) {
    Map<List<Integer>, Long> least = new HashMap<>();
    for (ChoicePair pair : model.pairs()) {
      least.merge(
          List.of(model.firstLayer(pair.one()), model.firstLayer(pair.other())),
          Math.min(0, pair.objective()),
          Math::min);
    }
    return least.values().stream().mapToLong(Long::longValue).sum();
  }
}
