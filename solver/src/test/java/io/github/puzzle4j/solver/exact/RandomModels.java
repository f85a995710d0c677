package io.github.puzzle4j.solver.exact;

import io.github.puzzle4j.solver.backend.ChoiceModel;
import io.github.puzzle4j.solver.backend.ChoiceRow;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.LongSupplier;

/** Models that are small enough for enumeration and of kinds that are hard for the search. */
final class RandomModels {

  private RandomModels() {}

  /** Few distinct numbers of both signs, so that most objectives and sums are tied. */
  static ChoiceModel tied(Random random) {
    return model(random, () -> random.nextInt(-3, 4), () -> random.nextInt(-2, 4));
  }

  /** Sums near 2^50; costs that differ only in their last digits, with few distinct uses. */
  static ChoiceModel large(Random random) {
    LongSupplier cost =
        () -> (random.nextInt(-3, 4) * (1L << 45)) + random.nextLong(1L << random.nextInt(1, 20));
    LongSupplier use =
        random.nextBoolean()
            ? () -> random.nextInt(0, 4)
            : () -> random.nextLong(-(1L << 46), 1L << 47);
    return model(random, cost, use);
  }

  /**
   * Choices of equal use differ only in the last digits of their cost, and all are near the
   * optimum.
   */
  static ChoiceModel almostTied(Random random, int layers, int items) {
    long far = 1L << 44;
    int[] first = new int[layers * items];
    int[] end = new int[first.length];
    long[] cost = new long[first.length];
    long[] use = new long[first.length];
    for (int item = 0; item < first.length; item++) {
      first[item] = item / items;
      end[item] = first[item] + 1;
      use[item] = random.nextInt(4);
      cost[item] = (6 - use[item]) * far + random.nextInt(3) * (far / 4) + random.nextInt(1000);
    }
    return new ChoiceModel(layers, first, end, cost, equal(use, layers + random.nextInt(layers)));
  }

  /** Costs that are the negative use plus noise, with a sum to be met exactly or nearly. */
  static ChoiceModel correlated(Random random, int layers, int items, boolean exactly) {
    int[] first = new int[layers * items];
    int[] end = new int[first.length];
    long[] cost = new long[first.length];
    long[] use = new long[first.length];
    long most = 0;
    for (int item = 0; item < first.length; item++) {
      first[item] = item / items;
      end[item] = first[item] + 1;
      use[item] = random.nextInt(1000);
      cost[item] = 1000 - use[item] + random.nextInt(10);
      most += item % items == 0 ? use[item] : 0;
    }
    return new ChoiceModel(
        layers, first, end, cost, exactly ? equal(use, most) : List.of(new ChoiceRow(use, most)));
  }

  /** Costs that fall by 150 per head, uses of 100 per head, both and a little more. */
  static ChoiceModel nearMultiples(Random random, int layers, int items) {
    int[] first = new int[layers * items];
    int[] end = new int[first.length];
    long[] cost = new long[first.length];
    long[] use = new long[first.length];
    for (int item = 0; item < first.length; item++) {
      first[item] = item / items;
      end[item] = first[item] + 1;
      long heads = item % items;
      cost[item] = 150L * (items - heads) + random.nextInt(2);
      use[item] = 100L * heads + (random.nextInt(3) == 0 ? random.nextInt(1, 3) : 0);
    }
    long most = 50 + 100L * layers * (items - 1) / 2;
    return new ChoiceModel(layers, first, end, cost, List.of(new ChoiceRow(use, most)));
  }

  private static List<ChoiceRow> equal(long[] use, long sum) {
    long[] negated = new long[use.length];
    for (int item = 0; item < use.length; item++) {
      negated[item] = -use[item];
    }
    return List.of(new ChoiceRow(use, sum), new ChoiceRow(negated, -sum));
  }

  private static ChoiceModel model(Random random, LongSupplier cost, LongSupplier use) {
    int layers = random.nextInt(1, 7);
    List<int[]> spans = new ArrayList<>();
    for (int layer = 0; layer < layers; layer++) {
      int single = random.nextInt(10) == 0 ? 0 : random.nextInt(1, 5);
      for (int item = 0; item < single; item++) {
        spans.add(new int[] {layer, layer + 1});
      }
    }
    for (int item = random.nextInt(5); item > 0; item--) {
      int first = random.nextInt(layers);
      spans.add(new int[] {first, random.nextInt(first, layers) + 1});
    }
    Collections.shuffle(spans, random);
    int[] first = spans.stream().mapToInt(span -> span[0]).toArray();
    int[] end = spans.stream().mapToInt(span -> span[1]).toArray();
    List<ChoiceRow> rows = new ArrayList<>();
    for (int row = random.nextInt(5); row > 0; row--) {
      long[] uses = drawn(use, first.length);
      long max = layers * use.getAsLong() / 2 + use.getAsLong();
      rows.addAll(random.nextInt(4) == 0 ? equal(uses, max) : List.of(new ChoiceRow(uses, max)));
    }
    return new ChoiceModel(layers, first, end, drawn(cost, first.length), rows);
  }

  private static long[] drawn(LongSupplier supplier, int count) {
    long[] drawn = new long[count];
    for (int item = 0; item < count; item++) {
      drawn[item] = supplier.getAsLong();
    }
    return drawn;
  }
}
