package io.github.puzzle4j.solver.exact;

import io.github.puzzle4j.solver.backend.ChoiceModel;
import java.util.Arrays;
import java.util.stream.IntStream;

/** Enumerates all choices of a model and keeps the smallest objectives of the feasible ones. */
final class Enumeration {

  private final ChoiceModel model;
  private final int[][] leaving;
  private final long[][] use;
  private final long[] smallest;
  private final int[] path;
  private int found;

  private Enumeration(ChoiceModel model, int wanted) {
    this.model = model;
    this.leaving = new int[model.layers()][];
    for (int layer = 0; layer < leaving.length; layer++) {
      int first = layer;
      leaving[layer] =
          IntStream.range(0, model.size()).filter(i -> model.firstLayer(i) == first).toArray();
    }
    this.use = new long[model.layers() + 1][model.rows().size()];
    this.smallest = new long[wanted + 1];
    this.path = new int[model.layers()];
  }

  /** The objectives of the best choices, ascending; fewer if there are not that many. */
  static long[] smallest(ChoiceModel model, int wanted) {
    Enumeration enumeration = new Enumeration(model, wanted);
    enumeration.extend(0, 0, 0);
    return Arrays.copyOf(enumeration.smallest, Math.min(wanted, enumeration.found));
  }

  private void extend(int layer, int length, long objective) {
    if (layer == model.layers()) {
      if (admitted(use[layer])) {
        offer(objective);
      }
      return;
    }
    for (int item : leaving[layer]) {
      int end = model.endLayer(item);
      for (int row = 0; row < use[end].length; row++) {
        use[end][row] = use[layer][row] + model.rows().get(row).coefficient(item);
      }
      long added = model.objective(item);
      for (int place = 0; place < length && !model.pairs().isEmpty(); place++) {
        added += model.pairObjective(path[place], item);
      }
      path[length] = item;
      extend(end, length + 1, objective + added);
    }
  }

  private boolean admitted(long[] sums) {
    for (int row = 0; row < sums.length; row++) {
      if (sums[row] > model.rows().get(row).max()) {
        return false;
      }
    }
    return true;
  }

  private void offer(long objective) {
    int place = Math.min(found, smallest.length - 1);
    while (place > 0 && smallest[place - 1] > objective) {
      smallest[place] = smallest[place - 1];
      place--;
    }
    smallest[place] = objective;
    found = Math.min(found + 1, smallest.length - 1);
  }
}
