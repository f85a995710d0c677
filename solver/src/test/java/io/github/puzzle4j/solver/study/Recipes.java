package io.github.puzzle4j.solver.study;

import io.github.puzzle4j.solver.Candidate;
import java.util.Map;
import java.util.random.RandomGenerator;

/** How scores and costs of candidates are drawn. */
final class Recipes {

  private final RandomGenerator random;

  Recipes(RandomGenerator random) {
    this.random = random;
  }

  /** Independent scores and costs; whole numbers up to {@code scale}, or reals if it is 0. */
  Draft.Recipe uncorrelated(int scale) {
    return (id, layer) ->
        Candidate.of(
            id,
            layer,
            number(scale, 1),
            Map.of(
                "runtime",
                number(scale, 1000),
                "memory",
                number(scale, 1400),
                "cache",
                number(scale, 300)));
  }

  private double number(int scale, double size) {
    return scale == 0 ? random.nextDouble() * size : Math.rint(random.nextDouble() * scale);
  }

  /** Scores that fall as costs rise. */
  Draft.Recipe correlated(int scale) {
    return (id, layer) -> {
      double weight = 1 + 3 * ((layer * 7919L) % 13) / 13.0;
      double attention = random.nextDouble();
      double ffn = random.nextDouble();
      double loss = (1 - attention) * (1 - attention) + 1.5 * (1 - ffn) * (1 - ffn);
      return Candidate.of(
          id,
          layer,
          fitted(weight * (loss + 0.05 * random.nextDouble()) / 10, scale),
          Map.of(
              "runtime",
              fitted((100 + 400 * attention + 500 * ffn + 20 * random.nextDouble()) / 1020, scale),
              "memory",
              fitted((200 * attention + 1000 * ffn + 20 * random.nextDouble()) / 1220, scale),
              "cache",
              fitted((300 * attention + 5 * random.nextDouble()) / 305, scale)));
    };
  }

  private static double fitted(double share, int scale) {
    return scale == 0 ? share * 100 : Math.rint(share * scale);
  }

  /** Scores close to a weighted sum of the costs. */
  Draft.Recipe strong(int scale) {
    return (id, layer) -> {
      double runtime = random.nextDouble();
      double memory = random.nextDouble();
      double cache = random.nextDouble();
      double worth = 0.4 * runtime + 0.35 * memory + 0.25 * cache;
      return Candidate.of(
          id,
          layer,
          fitted(1 - worth + 0.5 * random.nextDouble(), scale),
          Map.of(
              "runtime", fitted(runtime, scale),
              "memory", fitted(memory, scale),
              "cache", fitted(cache, scale)));
    };
  }

  /** Few distinct scores and costs, so that many selections are equal. */
  Draft.Recipe tied(int scores, int costs) {
    return (id, layer) ->
        Candidate.of(
            id,
            layer,
            random.nextInt(scores),
            Map.of(
                "runtime", (double) random.nextInt(costs),
                "memory", (double) random.nextInt(costs),
                "cache", (double) random.nextInt(costs)));
  }

  /** Costs of 0 or 1 for attention, and correlated ones. */
  Draft.Recipe counts(int scale) {
    Draft.Recipe base = correlated(scale);
    return (id, layer) -> {
      Candidate own = base.of(id, layer);
      boolean attention = random.nextInt(3) > 0;
      return Candidate.of(
          id,
          layer,
          own.score() + (attention ? 0 : own.score() / 2 + 1),
          Map.of(
              "runtime", own.cost("runtime"),
              "memory", own.cost("memory"),
              "cache", own.cost("cache"),
              "attention", attention ? 1.0 : 0.0));
    };
  }

  /** Whole costs that are multiples of {@code step} plus an offset of the layer. */
  Draft.Recipe multiples(int step, int offset) {
    return (id, layer) ->
        Candidate.of(
            id,
            layer,
            Math.rint(random.nextDouble() * 1000),
            Map.of(
                "runtime", (double) step * random.nextInt(200) + offset * (layer % 5),
                "memory", (double) random.nextInt(1000),
                "cache", (double) random.nextInt(300)));
  }

  /** Candidates of which a share has a score or costs far beyond the others. */
  Draft.Recipe spiked(double share, double score, double cost) {
    return (id, layer) -> {
      boolean spike = random.nextDouble() < share;
      return Candidate.of(
          id,
          layer,
          Draft.rounded(random.nextDouble() * 3, 1) + (spike ? score : 0),
          Map.of(
              "runtime",
              Draft.rounded(random.nextDouble() * 9, 2) + (random.nextDouble() < share ? cost : 0),
              "memory",
              random.nextDouble() * 1400,
              "cache",
              Draft.rounded(random.nextDouble() * 5, 1) / (spike ? 2 : 1)));
    };
  }

  /** Variants of attention times variants of FFN with costs that are equal in every layer. */
  Draft.Recipe grid(int scale) {
    return (id, layer) -> {
      int variant = Integer.parseInt(id.substring(id.indexOf('v') + 1));
      double attention = variant % 4 / 3.0;
      double ffn = Math.min(1, Math.floorDiv(variant, 4) / 14.0);
      double weight = layer < 2 ? 4 : 1 + layer % 3;
      double loss =
          (1 - attention) * (1 - attention) * (1 + 0.3 * random.nextDouble())
              + 1.5 * (1 - ffn) * (1 - ffn) * (1 + 0.3 * random.nextDouble());
      return Candidate.of(
          id,
          layer,
          fitted(weight * (loss + 0.03 * random.nextDouble()) / 10, scale),
          Map.of(
              "runtime", fitted((100 + 400 * attention + 500 * ffn) / 1000, scale),
              "memory", fitted((200 * attention + 1000 * ffn) / 1200, scale),
              "cache", fitted(attention, scale)));
    };
  }
}
