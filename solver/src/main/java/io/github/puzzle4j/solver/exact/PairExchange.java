package io.github.puzzle4j.solver.exact;

import io.github.puzzle4j.solver.backend.ChoiceModel;
import io.github.puzzle4j.solver.backend.ChoiceRow;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Improves a choice of a model with pairs by exchanging one or two items for others on the same
 * layers, as long as that helps. What it finds is the start of a search, which proves it or finds a
 * better one.
 */
final class PairExchange {

  private static final int MAX_ROUNDS = 100;

  private final ChoiceModel model;
  private final Incumbents incumbents;
  private final Map<List<Integer>, List<Integer>> alternatives = new HashMap<>();
  private int[] chosen = {};
  private long[] left = {};

  PairExchange(ChoiceModel model, Incumbents incumbents) {
    this.model = model;
    this.incumbents = incumbents;
    for (int item = 0; item < model.size(); item++) {
      alternatives
          .computeIfAbsent(
              List.of(model.firstLayer(item), model.endLayer(item)), key -> new ArrayList<>())
          .add(item);
    }
  }

  /** Improves each of the incumbents, and offers what it finds. */
  void improve() {
    for (Incumbents.Choice start : incumbents.best()) {
      chosen = start.items().stream().mapToInt(Integer::intValue).toArray();
      left =
          model.rows().stream()
              .mapToLong(row -> row.max() - Arrays.stream(chosen).mapToLong(row::coefficient).sum())
              .toArray();
      for (int round = 0; round < MAX_ROUNDS && step(); round++) {
        incumbents.offer(model.objective(boxed()), chosen.clone());
      }
    }
  }

  private List<Integer> boxed() {
    return Arrays.stream(chosen).boxed().toList();
  }

  /** Makes the best exchange; false if none helps. */
  private boolean step() {
    long best = 0;
    int[] exchange = {};
    long[][] gains = new long[chosen.length][];
    List<List<Integer>> others = new ArrayList<>();
    for (int place = 0; place < chosen.length; place++) {
      others.add(alternatives(place));
      gains[place] = new long[others.get(place).size()];
      for (int number = 0; number < gains[place].length; number++) {
        int other = others.get(place).get(number);
        gains[place][number] = value(other, place) - value(chosen[place], place);
        if (gains[place][number] < best && fits(place, other, place, other)) {
          best = gains[place][number];
          exchange = new int[] {place, other, place, other};
        }
      }
    }
    for (int one = 0; one < chosen.length; one++) {
      for (int two = one + 1; two < chosen.length; two++) {
        long together = model.pairObjective(chosen[one], chosen[two]);
        for (int i = 0; i < gains[one].length; i++) {
          int first = others.get(one).get(i);
          long alone = gains[one][i] + together - model.pairObjective(first, chosen[two]);
          for (int j = 0; j < gains[two].length; j++) {
            int second = others.get(two).get(j);
            long gain =
                alone
                    + gains[two][j]
                    - model.pairObjective(chosen[one], second)
                    + model.pairObjective(first, second);
            if (gain < best && fits(one, first, two, second)) {
              best = gain;
              exchange = new int[] {one, first, two, second};
            }
          }
        }
      }
    }
    if (exchange.length == 0) {
      return false;
    }
    replace(exchange[0], exchange[1]);
    replace(exchange[2], exchange[3]);
    return true;
  }

  private List<Integer> alternatives(int place) {
    return alternatives.getOrDefault(
        List.of(model.firstLayer(chosen[place]), model.endLayer(chosen[place])), List.of());
  }

  /** What an item adds to the objective beside the chosen items of the other places. */
  private long value(int item, int place) {
    long sum = model.objective(item);
    for (int other = 0; other < chosen.length; other++) {
      sum += other == place ? 0 : model.pairObjective(item, chosen[other]);
    }
    return sum;
  }

  private boolean fits(int one, int first, int two, int second) {
    for (int row = 0; row < left.length; row++) {
      ChoiceRow sum = model.rows().get(row);
      long more = sum.coefficient(first) - sum.coefficient(chosen[one]);
      more += one == two ? 0 : sum.coefficient(second) - sum.coefficient(chosen[two]);
      if (more > left[row]) {
        return false;
      }
    }
    return true;
  }

  private void replace(int place, int item) {
    for (int row = 0; row < left.length; row++) {
      ChoiceRow sum = model.rows().get(row);
      left[row] -= sum.coefficient(item) - sum.coefficient(chosen[place]);
    }
    chosen[place] = item;
  }
}
