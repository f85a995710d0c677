package io.github.puzzle4j.solver.baseline;

import io.github.puzzle4j.solver.Candidate;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/** Draws uniformly among all ways to cover a run of layers exactly once. */
final class Tilings {

  private static final int BITS = 62;

  private final List<List<Candidate>> starting = new ArrayList<>();
  private final Map<Integer, List<BigInteger>> counts = new HashMap<>();

  Tilings(int layers, List<Candidate> candidates) {
    for (int layer = 0; layer < layers; layer++) {
      starting.add(new ArrayList<>());
    }
    candidates.forEach(candidate -> starting.get(candidate.firstLayer()).add(candidate));
  }

  /** Whether all layers can be covered exactly once. */
  boolean exist() {
    return count(starting.size()).getFirst().signum() > 0;
  }

  /** Whether the layers from {@code first} to {@code end - 1} can be covered exactly once. */
  boolean exist(int first, int end) {
    return counts.computeIfAbsent(end, this::count).get(first).signum() > 0;
  }

  /**
   * Draws a way to cover the layers from {@code first} to {@code end - 1}, all with equal
   * probability; at least one must exist.
   */
  List<Candidate> draw(int first, int end, RandomGenerator random) {
    List<BigInteger> ways = counts.computeIfAbsent(end, this::count);
    List<Candidate> drawn = new ArrayList<>();
    int layer = first;
    while (layer < end) {
      // A random number below the number of ways, with a resolution of 62 bits.
      BigInteger ticket =
          BigInteger.valueOf(random.nextLong(1L << BITS))
              .multiply(ways.get(layer))
              .shiftRight(BITS);
      Candidate next = next(layer, end, ticket, ways);
      drawn.add(next);
      layer = next.endLayer();
    }
    return drawn;
  }

  private Candidate next(int layer, int end, BigInteger ticket, List<BigInteger> ways) {
    BigInteger rest = ticket;
    for (Candidate candidate : starting.get(layer)) {
      if (candidate.endLayer() <= end) {
        rest = rest.subtract(ways.get(candidate.endLayer()));
        if (rest.signum() < 0) {
          return candidate;
        }
      }
    }
    throw new IllegalArgumentException(
        "layers %d to %d cannot be covered exactly once".formatted(layer, end - 1));
  }

  /** By layer, the number of ways to cover the layers from there to the end. */
  private List<BigInteger> count(int end) {
    BigInteger[] ways = new BigInteger[end + 1];
    ways[end] = BigInteger.ONE;
    for (int layer = end - 1; layer >= 0; layer--) {
      BigInteger sum = BigInteger.ZERO;
      for (Candidate candidate : starting.get(layer)) {
        if (candidate.endLayer() <= end) {
          sum = sum.add(ways[candidate.endLayer()]);
        }
      }
      ways[layer] = sum;
    }
    return List.of(ways);
  }
}
