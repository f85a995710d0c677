package io.github.puzzle4j.solver.study;

import io.github.puzzle4j.solver.Candidate;
import io.github.puzzle4j.solver.SelectionProblem;
import io.github.puzzle4j.solver.Sense;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/** The fifty kinds of problems of the study, by name. */
final class StudyKinds {

  /** The problems of one instance: one, or the rungs of a ladder. */
  interface Kind extends BiFunction<Draft, Recipes, List<SelectionProblem>> {}

  /** A kind of a single problem. */
  private interface Single {
    SelectionProblem of(Draft draft, Recipes recipes);
  }

  private final Map<String, Kind> kinds = new LinkedHashMap<>();

  private StudyKinds() {
    ordinary();
    edges();
    windows();
    infeasible();
    arithmetic();
    ranges();
    shapes();
  }

  static Map<String, Kind> all() {
    return new StudyKinds().kinds;
  }

  static List<SelectionProblem> generate(String name, Kind kind, int seed) {
    RandomGenerator random =
        RandomGeneratorFactory.of("L64X128MixRandom").create(31L * name.hashCode() + seed);
    return kind.apply(new Draft(random), new Recipes(random));
  }

  private void add(String name, Single kind) {
    kinds.put(name, (draft, recipes) -> List.of(kind.of(draft, recipes)));
  }

  private void ordinary() {
    for (int scale : new int[] {0, 1000}) {
      String numbers = scale == 0 ? "real" : "integer";
      Map.of("tight", 0.25, "loose", 0.6)
          .forEach((tightness, share) -> {
            add(
                "uncorrelated-%s-%s".formatted(tightness, numbers),
                (d, r) ->
                    d.fill(r.uncorrelated(scale))
                        .budgets(share, "runtime", "memory", "cache")
                        .problem());
            add(
                "correlated-%s-%s".formatted(tightness, numbers),
                (d, r) ->
                    d.fill(r.correlated(scale))
                        .budgets(share, "runtime", "memory", "cache")
                        .problem());
          });
      add(
          "grid-" + numbers,
          (d, r) -> d.fill(r.grid(scale)).budgets(0.45, "runtime", "memory").problem());
      add("strong-" + numbers, (d, r) -> d.fill(r.strong(scale)).budgets(0.4, "runtime").problem());
    }
    add("no-limits", (d, r) -> d.fill(r.correlated(0)).problem());
    add("one-budget", (d, r) -> d.fill(r.correlated(100_000)).budgets(0.4, "runtime").problem());
    add(
        "many-limits",
        (d, r) ->
            d.fill(r.counts(0))
                .budgets(0.55, "runtime", "memory", "cache")
                .min("attention", Math.rint(d.layers * 0.4))
                .problem());
  }

  private void edges() {
    add(
        "one-minimum-real",
        (d, r) -> d.fill(r.uncorrelated(0)).min("runtime", d.at("runtime", 0.7)).problem());
    add(
        "one-minimum-integer",
        (d, r) -> d.fill(r.uncorrelated(1000)).min("runtime", d.at("runtime", 0.7)).problem());
    add(
        "three-minima",
        (d, r) ->
            d.fill(r.uncorrelated(1000))
                .min("runtime", d.at("runtime", 0.6))
                .min("memory", d.at("memory", 0.6))
                .min("cache", d.at("cache", 0.6))
                .problem());
    for (int scale : new int[] {0, 1000}) {
      add(
          "edge-of-optimum-" + (scale == 0 ? "real" : "integer"),
          (d, r) -> {
            d.fill(r.correlated(scale)).budgets(0.4, "runtime", "memory", "cache");
            return d.edge(d.best(), "runtime", "memory", "cache").problem();
          });
    }
    add(
        "edge-of-planted",
        (d, r) -> {
          d.fill(r.uncorrelated(1000));
          return d.edge(d.planted(), "runtime", "memory", "cache").problem();
        });
    add(
        "edge-of-reachable",
        (d, r) -> {
          d.fill(r.uncorrelated(1000)).budgets(0.3, "memory", "cache");
          return d.justBelow("runtime", -1.5).problem();
        });
    add(
        "cheapest-only",
        (d, r) ->
            d.fill(r.correlated(0)).max("runtime", d.least("runtime").doubleValue()).problem());
  }

  private void windows() {
    add(
        "window-one-percent",
        (d, r) ->
            d.fill(r.correlated(1000))
                .between("memory", d.at("memory", 0.395), d.at("memory", 0.405))
                .budgets(0.6, "runtime")
                .problem());
    add(
        "window-and-counts",
        (d, r) ->
            d.fill(r.counts(1000))
                .between("memory", d.at("memory", 0.495), d.at("memory", 0.505))
                .max("attention", Math.rint(d.layers * 0.5))
                .budgets(0.6, "runtime")
                .problem());
    add(
        "equality-integer",
        (d, r) -> {
          d.fill(r.uncorrelated(1000));
          return d.exactly(d.planted(), "runtime").problem();
        });
    add(
        "equality-ties",
        (d, r) -> {
          d.fill(r.tied(5, 20));
          return d.exactly(d.planted(), "runtime").problem();
        });
    add(
        "two-equalities",
        (d, r) -> {
          d.fill(r.tied(50, 20));
          return d.exactly(d.planted(), "runtime", "memory").problem();
        });
    add(
        "count-equality",
        (d, r) ->
            d.fill(r.counts(1000))
                .between("attention", Math.floorDiv(d.layers, 2), Math.floorDiv(d.layers, 2))
                .budgets(0.6, "memory")
                .problem());
    add(
        "equality-and-budget",
        (d, r) -> {
          d.fill(r.tied(100, 50));
          return d.exactly(d.planted(), "runtime").budgets(0.35, "memory").problem();
        });
  }

  private void infeasible() {
    for (int scale : new int[] {0, 1000}) {
      String numbers = scale == 0 ? "real" : "integer";
      double step = scale == 0 ? 0 : 1;
      add(
          "just-below-two-" + numbers,
          (d, r) ->
              d.fill(r.uncorrelated(scale))
                  .budgets(0.2, "memory")
                  .justBelow("runtime", step)
                  .problem());
      add(
          "just-below-three-" + numbers,
          (d, r) ->
              d.fill(r.correlated(scale))
                  .min("memory", d.at("memory", 0.5))
                  .budgets(0.4, "cache")
                  .justBelow("runtime", step)
                  .problem());
    }
    add(
        "three-conflict",
        (d, r) ->
            d.fill(r.uncorrelated(1000)).budgets(0.08, "runtime", "memory", "cache").problem());
    add(
        "far-too-tight",
        (d, r) ->
            d.fill(r.correlated(0))
                .budgets(0.1, "cache")
                .min("memory", d.at("memory", 0.9))
                .problem());
    add(
        "crossing-windows",
        (d, r) ->
            d.fill(r.correlated(1000))
                .between("memory", d.at("memory", 0.8), d.at("memory", 0.81))
                .between("cache", d.at("cache", 0.1), d.at("cache", 0.12))
                .budgets(0.3, "runtime")
                .problem());
  }

  private void arithmetic() {
    add(
        "parity",
        (d, r) -> {
          d.fill(r.multiples(2, 0));
          double odd = 2 * Math.rint(d.at("runtime", 0.4) / 2) + 1;
          return d.between("runtime", odd, odd).problem();
        });
    add(
        "parity-by-layer",
        (d, r) -> {
          d.fill(r.multiples(6, 1));
          double off = d.least("runtime").doubleValue() + 6 * 40 + 3;
          return d.between("runtime", off, off + 2).problem();
        });
    add(
        "parity-and-budget",
        (d, r) -> {
          d.fill(r.multiples(7, 2));
          double off = d.least("runtime").doubleValue() + 7 * 90 + 2;
          return d.between("runtime", off, off + 3).budgets(0.4, "memory").problem();
        });
    add(
        "parity-of-sum",
        (d, r) -> {
          d.fill((id, layer) -> {
            double one = d.random.nextInt(50);
            double other = 2 * d.random.nextInt(50) + one % 2;
            return Candidate.of(
                id, layer, d.random.nextInt(100), Map.of("runtime", one, "memory", other));
          });
          double half = d.layers * 25;
          return d.between("runtime", half, half)
              .between("memory", 2 * half + 1 + half % 2, 2 * half + 1 + half % 2)
              .problem();
        });
    add(
        "equality-between-sums",
        (d, r) -> {
          d.fill(r.multiples(1000, 3));
          double off = d.least("runtime").doubleValue() + 1000 * 70 + 500;
          return d.between("runtime", off, off).budgets(0.5, "memory", "cache").problem();
        });
  }

  private void ranges() {
    add(
        "score-1e18",
        (d, r) -> d.fill(r.spiked(0.3, 1e18, 0)).budgets(0.4, "memory", "cache").problem());
    add(
        "penalty-1e9",
        (d, r) -> d.fill(r.spiked(0.5, 1e9, 0)).budgets(0.4, "memory", "cache").problem());
    add(
        "cost-1e15",
        (d, r) ->
            d.fill(r.spiked(0.4, 0, 1e15))
                .max("runtime", d.layers * 4.0)
                .budgets(0.5, "memory")
                .problem());
  }

  private void shapes() {
    add(
        "equal-scores",
        (d, r) -> d.fill(r.tied(1, 1000)).budgets(0.15, "runtime", "memory").problem());
    add(
        "few-scores",
        (d, r) -> d.fill(r.tied(3, 30)).budgets(0.25, "runtime", "memory", "cache").problem());
    add(
        "maximise-negative",
        (d, r) ->
            d.fill(
                    (id, layer) -> {
                      Candidate own = r.correlated(0).of(id, layer);
                      return Candidate.of(
                          id, layer, -own.score(), Map.of("runtime", own.cost("runtime") - 50));
                    })
                .sense(Sense.MAX)
                .budgets(0.4, "runtime")
                .problem());
    add(
        "spans",
        (d, r) ->
            d.fill(r.correlated(1000))
                .spans(d.layers, 0.9)
                .budgets(0.35, "runtime", "memory")
                .problem());
    add(
        "spans-and-window",
        (d, r) ->
            d.fill(r.counts(1000))
                .spans(d.layers / 2, 0.8)
                .between("memory", d.at("memory", 0.4), d.at("memory", 0.41))
                .budgets(0.5, "runtime")
                .problem());
    add(
        "diverse-three",
        (d, r) ->
            d.fill(r.correlated(1000))
                .budgets(0.4, "runtime", "memory")
                .solutions(3, 0.2)
                .problem());
    add(
        "ten-best",
        (d, r) ->
            d.fill(r.correlated(0)).budgets(0.4, "runtime", "memory").solutions(10, 0).problem());
    add(
        "required-and-forbidden",
        (d, r) -> {
          d.fill(r.correlated(1000)).budgets(0.4, "runtime", "memory");
          List<String> required = new ArrayList<>();
          List<String> forbidden = new ArrayList<>();
          for (int layer = 0; layer < d.layers; layer += 3) {
            (layer % 2 == 0 ? required : forbidden).add(d.candidate(layer, 0).id());
          }
          return d.problem(required, forbidden);
        });
    kinds.put(
        "ladder",
        (d, r) -> {
          d.fill(r.correlated(1000));
          List<SelectionProblem> rungs = new ArrayList<>();
          for (double share : new double[] {0.5, 0.3, 0.02}) {
            rungs.add(d.budgets(share, "runtime", "memory", "cache").problem());
          }
          return rungs;
        });
    add(
        "near-copies",
        (d, r) ->
            d.fill(
                    (id, layer) -> {
                      int kind = d.random.nextInt(6);
                      double noise = d.random.nextInt(2);
                      return Candidate.of(
                          id,
                          layer,
                          1000 - 150 * kind + noise,
                          Map.of(
                              "runtime", 100.0 * kind + d.random.nextInt(3),
                              "memory", 50.0 * kind + d.random.nextInt(3)));
                    })
                .budgets(0.5, "runtime", "memory")
                .problem());
    add(
        "fine-and-coarse",
        (d, r) -> {
          d.fill(r.uncorrelated(0));
          List<Candidate> planted = d.planted();
          BigDecimal room = Draft.sum(planted, "runtime").add(new BigDecimal("1e-9"));
          return d.max("runtime", room.doubleValue()).budgets(0.45, "memory").problem();
        });
  }
}
