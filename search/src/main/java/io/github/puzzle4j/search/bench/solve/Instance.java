package io.github.puzzle4j.search.bench.solve;

import io.github.puzzle4j.solver.Candidate;
import io.github.puzzle4j.solver.SelectionProblem;
import io.github.puzzle4j.solver.Sense;
import java.util.List;

/**
 * A problem to measure on: three limits, at least one selection that keeps them. The same
 * components make the same problem on every machine.
 *
 * @param variants candidates per layer
 */
public record Instance(
    Family family, Tightness tightness, Numbers numbers, int layers, int variants, long seed) {

  static final String RUNTIME = "runtime_ms";
  static final String MEMORY = "memory_mib";
  static final String CACHE = "cache_mib";
  static final String ATTENTION = "attention_layers";

  /**
   * @throws IllegalArgumentException if there would be no layer, or not two candidates per layer
   */
  public Instance {
    if (layers < 1 || variants < 2) {
      throw new IllegalArgumentException(
          "an instance has at least 1 layer of 2 variants, found %dx%d"
              .formatted(layers, variants));
    }
  }

  /** Unique among instances, fit for a file's name; such as {@code grid-tight-real-80x56-s1}. */
  public String name() {
    return "%s-%s-%s-%dx%d-s%d"
        .formatted(family.id(), tightness.id(), numbers.id(), layers, variants, seed);
  }

  /** Such as {@code 80x56}. */
  public String size() {
    return layers + "x" + variants;
  }

  /** The same under other limits; its scores and costs are drawn anew. */
  Instance with(Tightness other) {
    return new Instance(family, other, numbers, layers, variants, seed);
  }

  /** The problem itself, made anew by every call: large ones are not worth keeping. */
  public SelectionProblem problem() {
    Draws draws = new Draws(layers, variants, seed * 0x9E3779B97F4A7C15L + name().hashCode());
    List<Candidate> candidates = numbers.write(draws.candidates(family));
    Budgets budgets = new Budgets(layers, candidates, numbers, tightness.share());
    return SelectionProblem.of(layers, Sense.MIN, candidates, budgets.limits(family));
  }
}
