package io.github.puzzle4j.solver;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One alternative for a layer, or for a run of consecutive layers at once.
 *
 * @param id unique within a problem
 * @param layers the layers it covers, ascending without gaps, counted from 0
 * @param score what choosing it adds to the objective
 * @param costs what choosing it adds to each named cost; units are the caller's, by name
 * @param standardError of the score, in its unit; 0 where the score is taken as it is
 */
public record Candidate(
    String id,
    List<Integer> layers,
    double score,
    Map<String, Double> costs,
    double standardError) {

  /**
   * @throws IllegalArgumentException naming the candidate and what is wrong with it
   */
  public Candidate {
    if (id.isBlank()) {
      throw new IllegalArgumentException("a candidate has a blank id");
    }
    layers = List.copyOf(layers);
    costs = Collections.unmodifiableMap(new LinkedHashMap<>(costs));
    String name = "candidate '%s': ".formatted(id);
    if (layers.isEmpty()) {
      throw new IllegalArgumentException(name + "covers no layer");
    }
    for (int index = 0; index < layers.size(); index++) {
      if (layers.get(index) != layers.getFirst() + index) {
        throw new IllegalArgumentException(
            name + "layers must ascend without gaps, found " + layers);
      }
    }
    if (layers.getFirst() < 0) {
      throw new IllegalArgumentException(name + "layer " + layers.getFirst() + " is negative");
    }
    Magnitude.require(name + "score", score);
    costs.forEach((cost, value) -> Magnitude.require(name + "cost '" + cost + "'", value));
    Magnitude.require(name + "standard error", standardError);
    if (standardError < 0) {
      throw new IllegalArgumentException(
          name + "standard error %s is negative".formatted(standardError));
    }
  }

  /** A candidate whose score is taken as it is. */
  public Candidate(String id, List<Integer> layers, double score, Map<String, Double> costs) {
    this(id, layers, score, costs, 0);
  }

  /** A candidate for a single layer, whose score is taken as it is. */
  public static Candidate of(String id, int layer, double score, Map<String, Double> costs) {
    return new Candidate(id, List.of(layer), score, costs);
  }

  /** The same candidate, of a score that is known only up to this standard error. */
  public Candidate withStandardError(double error) {
    return new Candidate(id, layers, score, costs, error);
  }

  /** The same layers and costs for another score, which is taken as it is. */
  public Candidate withScore(double other) {
    return new Candidate(id, layers, other, costs, 0);
  }

  /**
   * The same layers and costs for the score moved by so many standard errors, which is taken as it
   * is; at most as large as any score may be.
   */
  public Candidate shifted(double standardErrors) {
    double moved = score + standardErrors * standardError;
    return withScore(Math.clamp(moved, -Magnitude.LARGEST, Magnitude.LARGEST));
  }

  /** The first layer that it covers. */
  public int firstLayer() {
    return layers.getFirst();
  }

  /** The layer after the last one that it covers. */
  public int endLayer() {
    return layers.getLast() + 1;
  }

  /** What it costs by that name; 0 where the candidate does not state it. */
  public double cost(String name) {
    return costs.getOrDefault(name, 0.0);
  }
}
