package io.github.puzzle4j.solver;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A pair term among the candidates of a list.
 *
 * @param one place in the list of the candidate that begins first
 * @param other place of the other one
 * @param value what both add to the objective
 */
record Couple(int one, int other, BigDecimal value) {

  /**
   * The pair terms among these candidates; those that name others are left out, as they never
   * apply.
   *
   * @param sign 1 or -1, by which scores are multiplied
   */
  static List<Couple> among(List<Candidate> candidates, List<PairTerm> pairs, int sign) {
    if (pairs.isEmpty()) {
      return List.of();
    }
    Map<String, Integer> places = new HashMap<>();
    for (int place = 0; place < candidates.size(); place++) {
      places.put(candidates.get(place).id(), place);
    }
    List<Couple> couples = new ArrayList<>();
    for (PairTerm pair : pairs) {
      Integer one = places.get(pair.first());
      Integer other = places.get(pair.second());
      if (one != null && other != null) {
        boolean ordered = candidates.get(one).firstLayer() < candidates.get(other).firstLayer();
        BigDecimal value = BigDecimal.valueOf(sign * pair.score());
        couples.add(ordered ? new Couple(one, other, value) : new Couple(other, one, value));
      }
    }
    return couples;
  }

  /** The pair terms of which both candidates are in the list. */
  static List<PairTerm> applicable(List<PairTerm> pairs, Collection<Candidate> candidates) {
    if (pairs.isEmpty()) {
      return pairs;
    }
    Set<String> ids = candidates.stream().map(Candidate::id).collect(Collectors.toSet());
    return pairs.stream()
        .filter(pair -> ids.contains(pair.first()) && ids.contains(pair.second()))
        .toList();
  }

  /**
   * Validates pair terms.
   *
   * @throws IllegalArgumentException if an id is unknown, two candidates share a layer, or a pair
   *     occurs twice
   */
  static void check(List<Candidate> candidates, List<PairTerm> pairs) {
    if (pairs.isEmpty()) {
      return;
    }
    Map<String, Candidate> byId = new HashMap<>();
    candidates.forEach(candidate -> byId.put(candidate.id(), candidate));
    Set<Set<String>> seen = new HashSet<>();
    for (PairTerm pair : pairs) {
      Candidate one = known(byId, pair.first());
      Candidate other = known(byId, pair.second());
      if (one.firstLayer() < other.endLayer() && other.firstLayer() < one.endLayer()) {
        throw new IllegalArgumentException(
            "pair '%s', '%s': both cover layer %d"
                .formatted(
                    pair.first(), pair.second(), Math.max(one.firstLayer(), other.firstLayer())));
      }
      if (!seen.add(Set.of(pair.first(), pair.second()))) {
        throw new IllegalArgumentException(
            "pair '%s', '%s' occurs twice".formatted(pair.first(), pair.second()));
      }
    }
  }

  private static Candidate known(Map<String, Candidate> byId, String id) {
    Candidate candidate = byId.get(id);
    if (candidate == null) {
      throw new IllegalArgumentException(
          "pairs name '%s', but there is no such candidate".formatted(id));
    }
    return candidate;
  }

  /** See {@link SelectionProblem#relaxedPairs}. */
  static SelectionProblem relaxed(SelectionProblem problem) {
    if (problem.pairs().isEmpty()) {
      return problem;
    }
    List<Candidate> candidates = problem.candidates();
    int sign = problem.sense().sign();
    List<Map<Integer, BigDecimal>> best = new ArrayList<>();
    candidates.forEach(candidate -> best.add(new HashMap<>()));
    for (Couple couple : among(candidates, problem.pairs(), sign)) {
      if (couple.value().signum() < 0) {
        int layer = candidates.get(couple.other()).firstLayer();
        best.get(couple.one()).merge(layer, couple.value(), BigDecimal::min);
      }
    }
    List<Candidate> relaxed = new ArrayList<>();
    for (int place = 0; place < candidates.size(); place++) {
      Candidate own = candidates.get(place);
      BigDecimal gain = best.get(place).values().stream().reduce(BigDecimal.ZERO, BigDecimal::add);
      relaxed.add(gain.signum() == 0 ? own : own.withScore(score(own, gain, sign)));
    }
    return problem.withPairs(List.of()).withCandidates(relaxed);
  }

  /** The score with the gain, rounded such that it is no worse than exact. */
  private static double score(Candidate own, BigDecimal gain, int sign) {
    BigDecimal exact = BigDecimal.valueOf(own.score()).multiply(BigDecimal.valueOf(sign)).add(gain);
    double score = exact.doubleValue();
    double optimistic =
        BigDecimal.valueOf(score).compareTo(exact) > 0 ? Math.nextDown(score) : score;
    return Math.clamp(sign * optimistic, -Magnitude.LARGEST, Magnitude.LARGEST);
  }

  /** The sum of the terms of which both candidates are in the list. */
  static BigDecimal sum(List<PairTerm> applicable) {
    return applicable.stream()
        .map(pair -> BigDecimal.valueOf(pair.score()))
        .reduce(BigDecimal.ZERO, BigDecimal::add);
  }
}
