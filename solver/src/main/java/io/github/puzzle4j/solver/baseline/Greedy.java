package io.github.puzzle4j.solver.baseline;

import io.github.puzzle4j.solver.Bound;
import io.github.puzzle4j.solver.Candidate;
import io.github.puzzle4j.solver.PairTerm;
import io.github.puzzle4j.solver.Selection;
import io.github.puzzle4j.solver.SelectionProblem;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The greedy selection of the Puzzle paper. Every limit is divided equally among the layers. Layers
 * are processed in ascending order of their candidates' mean score (descending if scores are
 * maximised), so that layers with the smallest effect come first. Each layer takes its best
 * candidate within its share and passes the remainder on to the next layer. The score of a
 * candidate includes its pair terms with the candidates that are already chosen.
 *
 * <p>If no candidate is within the share, the layer takes the one that exceeds it least, and the
 * excess is passed on. Only candidates for single layers are used.
 */
public final class Greedy {

  private Greedy() {}

  /**
   * The greedy selection; empty if it violates a limit, or if a layer has no candidate that covers
   * only that layer.
   */
  public static Optional<Selection> select(SelectionProblem problem) {
    List<List<Candidate>> byLayer = SingleLayers.of(problem);
    if (byLayer.stream().anyMatch(List::isEmpty)) {
      return Optional.empty();
    }
    int sign = problem.sense().sign();
    List<Integer> order =
        IntStream.range(0, problem.layers())
            .boxed()
            .sorted(Comparator.comparingDouble(layer -> sign * meanScore(byLayer.get(layer))))
            .toList();
    Map<Bound, Double> left = new HashMap<>();
    List<Candidate> chosen = new ArrayList<>();
    for (int layer : order) {
      for (Bound bound : problem.bounds()) {
        left.merge(bound, bound.sign() * bound.value() / problem.layers(), Double::sum);
      }
      Map<Candidate, Double> scores = scores(problem, byLayer.get(layer), chosen);
      Comparator<Candidate> byScore =
          Comparator.comparingDouble(c -> sign * scores.getOrDefault(c, 0.0));
      Candidate best = best(byLayer.get(layer), byScore, left);
      left.replaceAll((bound, rest) -> rest - bound.sign() * best.cost(bound.cost()));
      chosen.add(best);
    }
    return SingleLayers.admissible(problem, chosen);
  }

  private static double meanScore(List<Candidate> candidates) {
    return candidates.stream().mapToDouble(Candidate::score).average().orElseThrow();
  }

  /** What each of the candidates adds to the objective of those chosen. */
  private static Map<Candidate, Double> scores(
      SelectionProblem problem, List<Candidate> candidates, List<Candidate> chosen) {
    Set<String> taken = chosen.stream().map(Candidate::id).collect(Collectors.toSet());
    Map<String, Double> added = new HashMap<>();
    for (PairTerm pair : problem.pairs()) {
      if (taken.contains(pair.first())) {
        added.merge(pair.second(), pair.score(), Double::sum);
      } else if (taken.contains(pair.second())) {
        added.merge(pair.first(), pair.score(), Double::sum);
      }
    }
    return candidates.stream()
        .collect(Collectors.toMap(c -> c, c -> c.score() + added.getOrDefault(c.id(), 0.0)));
  }

  private static Candidate best(
      List<Candidate> candidates, Comparator<Candidate> byScore, Map<Bound, Double> left) {
    return candidates.stream()
        .filter(candidate -> overrun(candidate, left) <= 0)
        .min(byScore)
        .orElseGet(() ->
            candidates.stream()
                .min(
                    Comparator.<Candidate>comparingDouble(c -> overrun(c, left))
                        .thenComparing(byScore))
                .orElseThrow());
  }

  /** Excess of the candidate over the remaining share, relative to the limit; 0 if it is within. */
  private static double overrun(Candidate candidate, Map<Bound, Double> left) {
    double worst = 0;
    for (Map.Entry<Bound, Double> entry : left.entrySet()) {
      Bound bound = entry.getKey();
      double over = bound.sign() * candidate.cost(bound.cost()) - entry.getValue();
      // The share is a rounded quotient, so differences in the last digits are ignored.
      double size = Math.max(Math.abs(bound.value()), Double.MIN_NORMAL);
      if (over > 1e-12 * size) {
        worst = Math.max(worst, over / size);
      }
    }
    return worst;
  }
}
