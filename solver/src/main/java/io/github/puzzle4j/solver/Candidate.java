package io.github.puzzle4j.solver;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One alternative for a layer, or for several consecutive layers at once.
 *
 * @param id unique within a problem
 * @param layers layers that it covers, consecutive and ascending, counted from 0
 * @param score its contribution to the objective
 * @param costs its contribution to each cost, by name; units are up to the caller
 * @param standardError of the score, in the same unit; 0 if the score is exact
 */
public record Candidate(
    String id,
    List<Integer> layers,
    double score,
    Map<String, Double> costs,
    double standardError) {

  /**
   * @throws IllegalArgumentException if a component is invalid; the message names the candidate
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

  /** Creates a candidate with an exact score. */
  public Candidate(String id, List<Integer> layers, double score, Map<String, Double> costs) {
    this(id, layers, score, costs, 0);
  }

  /** Creates a candidate for one layer with an exact score. */
  public static Candidate of(String id, int layer, double score, Map<String, Double> costs) {
    return new Candidate(id, List.of(layer), score, costs);
  }

  /** Returns a copy with this standard error. */
  public Candidate withStandardError(double error) {
    return new Candidate(id, layers, score, costs, error);
  }

  /** Returns a copy with this score and standard error 0. */
  public Candidate withScore(double other) {
    return new Candidate(id, layers, other, costs, 0);
  }

  /**
   * Returns a copy whose score is shifted by this many standard errors, with standard error 0. The
   * score is clamped to the largest valid number.
   */
  public Candidate shifted(double standardErrors) {
    double moved = score + standardErrors * standardError;
    return withScore(Math.clamp(moved, -Magnitude.LARGEST, Magnitude.LARGEST));
  }

  /** First layer that it covers. */
  public int firstLayer() {
    return layers.getFirst();
  }

  /** Layer after the last one that it covers. */
  public int endLayer() {
    return layers.getLast() + 1;
  }

  /** Cost of that name; 0 if the candidate does not state it. */
  public double cost(String name) {
    return costs.getOrDefault(name, 0.0);
  }
}
