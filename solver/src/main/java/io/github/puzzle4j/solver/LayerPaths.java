package io.github.puzzle4j.solver;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Selections as paths: a candidate is an edge from its first layer to the layer after its last one,
 * and a selection is a path from layer 0 to the end. Without limits, the best sum is a shortest
 * path.
 */
final class LayerPaths {

  private final int layers;
  private final List<List<Candidate>> endingAt = new ArrayList<>();

  LayerPaths(int layers, List<Candidate> candidates) {
    this.layers = layers;
    for (int layer = 0; layer <= layers; layer++) {
      endingAt.add(new ArrayList<>());
    }
    candidates.forEach(candidate -> endingAt.get(candidate.endLayer()).add(candidate));
  }

  /** The smallest sum over all selections; empty if nothing covers each layer exactly once. */
  Optional<BigDecimal> smallest(Function<Candidate, BigDecimal> value) {
    return smallestUpTo(value).get(layers);
  }

  /** The largest sum over all selections; empty if nothing covers each layer exactly once. */
  Optional<BigDecimal> largest(Function<Candidate, BigDecimal> value) {
    return smallest(candidate -> value.apply(candidate).negate()).map(BigDecimal::negate);
  }

  /** The largest n such that layers 0 to n-1 can be covered exactly once. */
  int coverableLayers() {
    List<Optional<BigDecimal>> sums = smallestUpTo(candidate -> BigDecimal.ZERO);
    int covered = layers;
    while (sums.get(covered).isEmpty()) {
      covered--;
    }
    return covered;
  }

  /**
   * Those candidates that are part of a selection within each bound by itself; all of them if none
   * are.
   */
  static List<Candidate> within(int layers, List<Candidate> candidates, List<Bound> bounds) {
    List<Candidate> left = candidates;
    int before;
    do {
      before = left.size();
      for (Bound bound : bounds) {
        left = within(layers, left, bound);
      }
    } while (left.size() < before);
    return left.isEmpty() ? candidates : left;
  }

  private static List<Candidate> within(int layers, List<Candidate> candidates, Bound bound) {
    BigDecimal sign = BigDecimal.valueOf(bound.sign());
    Function<Candidate, BigDecimal> cost =
        c -> BigDecimal.valueOf(c.cost(bound.cost())).multiply(sign);
    List<Optional<BigDecimal>> before = new LayerPaths(layers, candidates).smallestUpTo(cost);
    List<Optional<BigDecimal>> after = new LayerPaths(layers, candidates).smallestFrom(cost);
    return candidates.stream()
        .filter(c -> {
          Optional<BigDecimal> start = before.get(c.firstLayer());
          Optional<BigDecimal> rest = after.get(c.endLayer());
          return start.isPresent()
              && rest.isPresent()
              && bound.admits(start.get().add(rest.get()).add(cost.apply(c)).multiply(sign));
        })
        .toList();
  }

  private List<Optional<BigDecimal>> smallestFrom(Function<Candidate, BigDecimal> value) {
    List<Optional<BigDecimal>> sums = new ArrayList<>();
    for (int layer = 0; layer < layers; layer++) {
      sums.add(Optional.empty());
    }
    sums.add(Optional.of(BigDecimal.ZERO));
    for (int layer = layers; layer > 0; layer--) {
      Optional<BigDecimal> rest = sums.get(layer);
      for (Candidate candidate : endingAt.get(layer)) {
        rest.map(after -> after.add(value.apply(candidate)))
            .filter(sum ->
                sums.get(candidate.firstLayer())
                    .map(known -> sum.compareTo(known) < 0)
                    .orElse(true))
            .ifPresent(sum -> sums.set(candidate.firstLayer(), Optional.of(sum)));
      }
    }
    return sums;
  }

  private List<Optional<BigDecimal>> smallestUpTo(Function<Candidate, BigDecimal> value) {
    List<Optional<BigDecimal>> sums = new ArrayList<>();
    sums.add(Optional.of(BigDecimal.ZERO));
    for (int layer = 1; layer <= layers; layer++) {
      Optional<BigDecimal> best = Optional.empty();
      for (Candidate candidate : endingAt.get(layer)) {
        Optional<BigDecimal> sum =
            sums.get(candidate.firstLayer()).map(before -> before.add(value.apply(candidate)));
        if (sum.isPresent() && (best.isEmpty() || sum.get().compareTo(best.get()) < 0)) {
          best = sum;
        }
      }
      sums.add(best);
    }
    return sums;
  }
}
