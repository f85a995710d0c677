package io.github.puzzle4j.search.bench.solve;

import io.github.puzzle4j.solver.Candidate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * Draws the candidates of a family. Only {@code nextDouble} and {@link StrictMath} are used, which
 * give the same numbers on every machine and Java release.
 */
final class Draws {

  private static final double WITHOUT_ATTENTION = 1.0 / 3;

  private final int layers;
  private final int variants;
  private final RandomGenerator random;

  Draws(int layers, int variants, long seed) {
    this.layers = layers;
    this.variants = variants;
    this.random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
  }

  List<Candidate> candidates(Family family) {
    List<Candidate> candidates = new ArrayList<>();
    Grid grid = new Grid();
    for (int layer = 0; layer < layers; layer++) {
      switch (family) {
        case UNCORRELATED -> uncorrelated(layer, candidates);
        case CORRELATED -> correlated(layer, candidates);
        case STRONG -> strong(layer, candidates);
        case GRID -> grid.layer(layer, candidates);
        case COUNTS -> counts(layer, candidates);
      }
    }
    return candidates;
  }

  private void uncorrelated(int layer, List<Candidate> candidates) {
    for (int variant = 0; variant < variants; variant++) {
      Map<String, Double> costs = costs(uniform(1000), uniform(1400), uniform(300));
      candidates.add(candidate(layer, variant, random.nextDouble(), costs));
    }
  }

  private void correlated(int layer, List<Candidate> candidates) {
    double weight = logNormal();
    for (int variant = 0; variant < variants; variant++) {
      double attention = random.nextDouble();
      double ffn = random.nextDouble();
      Map<String, Double> costs =
          costs(runtime(attention, ffn), memory(attention, ffn), 300 * attention + uniform(5));
      candidates.add(candidate(layer, variant, score(weight, attention, ffn), costs));
    }
  }

  private void strong(int layer, List<Candidate> candidates) {
    for (int variant = 0; variant < variants; variant++) {
      double runtime = random.nextDouble();
      double memory = random.nextDouble();
      double cache = random.nextDouble();
      double score = -(0.4 * runtime + 0.35 * memory + 0.25 * cache) + uniform(0.5);
      Map<String, Double> costs = costs(1000 * runtime, 1400 * memory, 300 * cache);
      candidates.add(candidate(layer, variant, score, costs));
    }
  }

  private void counts(int layer, List<Candidate> candidates) {
    double weight = logNormal();
    for (int variant = 0; variant < variants; variant++) {
      // Each layer has candidates with and without attention.
      boolean without = variant == 0 || (variant > 1 && random.nextDouble() < WITHOUT_ATTENTION);
      double attention = without ? 0 : random.nextDouble();
      double ffn = random.nextDouble();
      Map<String, Double> costs = new LinkedHashMap<>();
      costs.put(Instance.RUNTIME, runtime(attention, ffn));
      costs.put(Instance.MEMORY, memory(attention, ffn));
      costs.put(Instance.ATTENTION, without ? 0.0 : 1.0);
      candidates.add(candidate(layer, variant, score(weight, attention, ffn), costs));
    }
  }

  private double runtime(double attention, double ffn) {
    return 100 + 400 * attention + 500 * ffn + uniform(20);
  }

  private double memory(double attention, double ffn) {
    return 200 * attention + 1000 * ffn + uniform(20);
  }

  private double score(double weight, double attention, double ffn) {
    double loss = (1 - attention) * (1 - attention) + 1.5 * (1 - ffn) * (1 - ffn);
    return weight * (loss + uniform(0.05));
  }

  private double uniform(double most) {
    return most * random.nextDouble();
  }

  /** Of nearly normal logarithm, standard deviation 1. */
  private double logNormal() {
    double sum = 0;
    for (int draw = 0; draw < 12; draw++) {
      sum += random.nextDouble();
    }
    return StrictMath.exp(sum - 6);
  }

  private static Map<String, Double> costs(double runtime, double memory, double cache) {
    Map<String, Double> costs = new LinkedHashMap<>();
    costs.put(Instance.RUNTIME, runtime);
    costs.put(Instance.MEMORY, memory);
    costs.put(Instance.CACHE, cache);
    return costs;
  }

  private static Candidate candidate(
      int layer, int variant, double score, Map<String, Double> costs) {
    return Candidate.of("L%d/v%d".formatted(layer, variant), layer, score, costs);
  }

  /** Attention variants by FFN variants, in even steps from none to all. */
  private final class Grid {

    private static final double STEP_NOISE = 0.3;

    private final int attentions;
    private final int ffns;

    Grid() {
      int divisor = (int) Math.sqrt(variants);
      while (variants % divisor != 0) {
        divisor--;
      }
      attentions = divisor;
      ffns = variants / divisor;
    }

    void layer(int layer, List<Candidate> candidates) {
      boolean end = layer == 0 || layer == layers - 1;
      double weight = logNormal() * (end ? 4 : 1);
      List<Double> attentionLosses = losses(attentions);
      List<Double> ffnLosses = losses(ffns);
      for (int variant = 0; variant < variants; variant++) {
        int attention = variant / ffns;
        int ffn = variant % ffns;
        double loss = attentionLosses.get(attention) + 1.5 * ffnLosses.get(ffn);
        double score = weight * (loss + uniform(0.03));
        candidates.add(
            candidate(layer, variant, score, cost(share(attention, attentions), share(ffn, ffns))));
      }
    }

    /** Losses of one part, by variant: convex, with noise, 0 for the whole part. */
    private List<Double> losses(int parts) {
      List<Double> losses = new ArrayList<>();
      for (int part = 0; part < parts; part++) {
        double missing = 1 - share(part, parts);
        losses.add(missing * missing * (1 + uniform(STEP_NOISE)));
      }
      return losses;
    }

    private Map<String, Double> cost(double attention, double ffn) {
      double kept = attention > 0 ? 1 : 0;
      return costs(
          10 + kept * 97.31 + 211.7 * attention + 503.9 * ffn,
          kept * 64.25 + 96.125 * attention + 672.375 * ffn + 256.5 * attention,
          256.5 * attention);
    }

    private static double share(int part, int parts) {
      return parts == 1 ? 1 : (double) part / (parts - 1);
    }
  }
}
