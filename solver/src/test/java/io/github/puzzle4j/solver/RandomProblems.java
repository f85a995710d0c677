package io.github.puzzle4j.solver;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/** Small random problems of all kinds, by seed. */
public final class RandomProblems {

  private static final List<String> COSTS = List.of("runtime", "memory", "count");

  private RandomProblems() {}

  /**
   * 2 to 4 layers of 1 to 5 candidates, some of which cover several layers; integers, two-digit or
   * arbitrary numbers, including negative ones; up to three limits from loose to infeasible; either
   * sense.
   */
  public static SelectionProblem small(long seed) {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    int layers = 2 + random.nextInt(3);
    List<Candidate> candidates = new ArrayList<>();
    int digits = List.of(0, 2, 17).get(random.nextInt(3));
    for (int layer = 0; layer < layers; layer++) {
      int count = 1 + random.nextInt(5);
      for (int number = 0; number < count; number++) {
        candidates.add(candidate("L" + layer + "/" + number, layer, 1, random, digits));
      }
    }
    if (random.nextBoolean()) {
      for (int number = 0; number < 3; number++) {
        int first = random.nextInt(layers);
        int length = 1 + random.nextInt(layers - first);
        candidates.add(candidate("run" + number, first, length, random, digits));
      }
    }
    Sense sense = random.nextBoolean() ? Sense.MIN : Sense.MAX;
    return SelectionProblem.of(layers, sense, candidates, limits(layers, candidates, random));
  }

  private static Candidate candidate(
      String id, int first, int length, RandomGenerator random, int digits) {
    List<Integer> layers = new ArrayList<>();
    for (int layer = first; layer < first + length; layer++) {
      layers.add(layer);
    }
    Map<String, Double> costs = new LinkedHashMap<>();
    for (String cost : COSTS) {
      costs.put(cost, number(random, digits) * length);
    }
    return new Candidate(id, layers, number(random, digits) - 2, costs);
  }

  private static double number(RandomGenerator random, int digits) {
    double value = random.nextDouble() * 12;
    return digits > 10
        ? value
        : BigDecimal.valueOf(value)
            .setScale(digits, java.math.RoundingMode.HALF_EVEN)
            .doubleValue();
  }

  /**
   * Limits near the costs of a random selection, so that they are often tight to the last digit.
   */
  private static Map<String, Limit> limits(
      int layers, List<Candidate> candidates, RandomGenerator random) {
    Map<String, Limit> limits = new LinkedHashMap<>();
    List<Candidate> some = new ArrayList<>();
    for (int layer = 0; layer < layers; layer++) {
      int here = layer;
      List<Candidate> single =
          candidates.stream().filter(c -> c.layers().equals(List.of(here))).toList();
      some.add(single.get(random.nextInt(single.size())));
    }
    for (String cost : COSTS) {
      double sum = Selection.exactCost(some, cost).doubleValue();
      switch (random.nextInt(6)) {
        case 0, 1 -> limits.put(cost, new Limit.AtMost(sum));
        case 2 -> limits.put(cost, new Limit.AtLeast(sum));
        case 3 -> limits.put(cost, new Limit.Between(sum - 2, sum + random.nextInt(3)));
        case 4 -> limits.put(cost, new Limit.AtMost(sum * random.nextDouble()));
        default -> {}
      }
    }
    return limits;
  }

  /**
   * A problem similar to that of a search: scores fall as costs rise, three limits.
   *
   * @param tightness 0 for limits that only the cheapest selection keeps, 1 for loose limits
   */
  public static SelectionProblem large(long seed, int layers, int variants, double tightness) {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    List<Candidate> candidates = new ArrayList<>();
    for (int layer = 0; layer < layers; layer++) {
      double weight = Math.exp(random.nextGaussian());
      for (int variant = 0; variant < variants; variant++) {
        double attention = random.nextDouble();
        double ffn = random.nextDouble();
        double loss = (1 - attention) * (1 - attention) + 1.5 * (1 - ffn) * (1 - ffn);
        candidates.add(
            Candidate.of(
                "L" + layer + "/v" + variant,
                layer,
                weight * (loss + 0.05 * random.nextDouble()),
                Map.of(
                    "runtime", 100 + 400 * attention + 500 * ffn + 20 * random.nextDouble(),
                    "memory", 200 * attention + 1000 * ffn + 20 * random.nextDouble(),
                    "cache", 300 * attention + 5 * random.nextDouble())));
      }
    }
    Map<String, Limit> limits = new LinkedHashMap<>();
    for (String cost : List.of("runtime", "memory", "cache")) {
      LayerPaths paths = new LayerPaths(layers, candidates);
      double least =
          paths.smallest(c -> BigDecimal.valueOf(c.cost(cost))).orElseThrow().doubleValue();
      double most =
          paths.largest(c -> BigDecimal.valueOf(c.cost(cost))).orElseThrow().doubleValue();
      limits.put(cost, new Limit.AtMost(least + tightness * (most - least)));
    }
    return SelectionProblem.of(layers, Sense.MIN, candidates, limits);
  }

  /**
   * A strongly correlated problem, whose scores nearly equal the sum of the costs, so that many
   * selections are nearly optimal and reduction alone does not solve it.
   */
  public static SelectionProblem strong(long seed) {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    List<Candidate> candidates = new ArrayList<>();
    for (int layer = 0; layer < 12; layer++) {
      for (int variant = 0; variant < 8; variant++) {
        Map<String, Double> costs = new LinkedHashMap<>();
        COSTS.forEach(cost -> costs.put(cost, (double) random.nextInt(1_000_000)));
        double sum = costs.values().stream().mapToDouble(Double::doubleValue).sum();
        candidates.add(
            Candidate.of("L" + layer + "/v" + variant, layer, -sum - random.nextInt(1_000), costs));
      }
    }
    Map<String, Limit> limits = new LinkedHashMap<>();
    COSTS.forEach(cost -> limits.put(cost, new Limit.AtMost(12 * 500_000)));
    return SelectionProblem.of(12, Sense.MIN, candidates, limits);
  }
}
