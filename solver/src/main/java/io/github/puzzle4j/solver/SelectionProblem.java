package io.github.puzzle4j.solver;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/**
 * Selects one candidate per layer such that all limits hold and the sum of the scores, and of the
 * pair terms that apply, is optimal.
 *
 * @param layers number of layers
 * @param limits by name of the cost
 * @param required ids of candidates that every selection must contain; other candidates on their
 *     layers are excluded
 * @param forbidden ids of candidates that no selection may contain
 * @param solutions number of selections to find, best first
 * @param diversity minimum share of layers, 0 to 1, in which each further selection differs from
 *     every earlier one; with 0 it differs in at least one layer
 * @param pairs added to the sum of the scores if both candidates of a pair are chosen
 */
public record SelectionProblem(
    int layers,
    Sense sense,
    List<Candidate> candidates,
    Map<String, Limit> limits,
    List<String> required,
    List<String> forbidden,
    int solutions,
    double diversity,
    List<PairTerm> pairs) {

  private static final int MAX_LAYERS = 100_000;
  private static final int MAX_SOLUTIONS = 10_000;

  /**
   * @throws IllegalArgumentException if a component is missing, duplicated, out of range or
   *     contradictory
   */
  public SelectionProblem {
    candidates = List.copyOf(candidates);
    limits = Collections.unmodifiableMap(new LinkedHashMap<>(limits));
    required = List.copyOf(required);
    forbidden = List.copyOf(forbidden);
    pairs = List.copyOf(pairs);
    requireWithin("layers", layers, MAX_LAYERS);
    requireWithin("solutions", solutions, MAX_SOLUTIONS);
    if (!(diversity >= 0 && diversity <= 1)) {
      throw new IllegalArgumentException("diversity must be 0 to 1, found " + diversity);
    }
    requireCandidates(layers, candidates);
    for (String cost : limits.keySet()) {
      for (Candidate candidate : candidates) {
        if (!candidate.costs().containsKey(cost)) {
          throw new IllegalArgumentException(
              "candidate '%s' has no cost '%s', which a limit names"
                  .formatted(candidate.id(), cost));
        }
      }
    }
    Availability.check(candidates, required, forbidden);
    Couple.check(candidates, pairs);
  }

  /** A problem without pair terms. */
  public SelectionProblem(
      int layers,
      Sense sense,
      List<Candidate> candidates,
      Map<String, Limit> limits,
      List<String> required,
      List<String> forbidden,
      int solutions,
      double diversity) {
    this(layers, sense, candidates, limits, required, forbidden, solutions, diversity, List.of());
  }

  /** A problem that asks for one selection from all candidates. */
  public static SelectionProblem of(
      int layers, Sense sense, List<Candidate> candidates, Map<String, Limit> limits) {
    return new SelectionProblem(layers, sense, candidates, limits, List.of(), List.of(), 1, 0);
  }

  /**
   * Returns a copy with other candidates. Pair terms of candidates that are left out go as well.
   */
  public SelectionProblem withCandidates(List<Candidate> others) {
    return new SelectionProblem(
        layers,
        sense,
        others,
        limits,
        required,
        forbidden,
        solutions,
        diversity,
        Couple.applicable(pairs, others));
  }

  /**
   * Returns a copy with these pair terms instead of its own.
   *
   * @throws IllegalArgumentException if a term names an unknown candidate or two on the same layer,
   *     or two terms name the same candidates
   */
  public SelectionProblem withPairs(List<PairTerm> terms) {
    return new SelectionProblem(
        layers, sense, candidates, limits, required, forbidden, solutions, diversity, terms);
  }

  /**
   * Returns a copy with another objective, which has no pair terms. {@link Selection#in} converts
   * selections between the two.
   */
  public SelectionProblem withScores(Sense wanted, ToDoubleFunction<Candidate> score) {
    List<Candidate> scored =
        candidates.stream().map(c -> c.withScore(score.applyAsDouble(c))).toList();
    return new SelectionProblem(
        layers, wanted, scored, limits, required, forbidden, solutions, diversity);
  }

  /** Returns a copy that optimises the cost of a bound, in the direction in which it is kept. */
  public SelectionProblem towards(Bound bound) {
    Sense kept = bound.side() == Bound.Side.MAX ? Sense.MIN : Sense.MAX;
    return withScores(kept, candidate -> candidate.cost(bound.cost()));
  }

  /**
   * Returns a copy with pessimistic scores: each is worse by this many standard errors. The errors
   * add up as if they were fully correlated. Pair terms stay as they are.
   *
   * @param standardErrors 0 for unchanged scores
   */
  public SelectionProblem pessimistic(double standardErrors) {
    double shift = sense.sign() * standardErrors;
    return withCandidates(candidates.stream().map(c -> c.shifted(shift)).toList());
  }

  /** Returns a copy with other limits. */
  public SelectionProblem withLimits(Map<String, Limit> others) {
    return new SelectionProblem(
        layers, sense, candidates, others, required, forbidden, solutions, diversity, pairs);
  }

  /**
   * Returns a copy with the limits that these bounds form.
   *
   * @throws IllegalArgumentException if two bounds on a cost exclude every sum
   */
  public SelectionProblem withBounds(List<Bound> others) {
    Map<String, Limit> joined = new LinkedHashMap<>();
    others.forEach(bound -> joined.merge(bound.cost(), Limit.of(bound), Limit::and));
    return withLimits(joined);
  }

  /** Returns a copy with these required candidates, by id. */
  public SelectionProblem withRequired(List<String> ids) {
    return new SelectionProblem(
        layers, sense, candidates, limits, ids, forbidden, solutions, diversity, pairs);
  }

  /** Returns a copy with these forbidden candidates, by id. */
  public SelectionProblem withForbidden(List<String> ids) {
    return new SelectionProblem(
        layers, sense, candidates, limits, required, ids, solutions, diversity, pairs);
  }

  /** Returns a copy that asks for this many selections of at least this diversity. */
  public SelectionProblem withSolutions(int count, double share) {
    return new SelectionProblem(
        layers, sense, candidates, limits, required, forbidden, count, share, pairs);
  }

  /**
   * Candidates that a selection can contain, in their order: those not forbidden and not on a layer
   * of a required one. Some layers may have none.
   */
  public List<Candidate> available() {
    return Availability.of(candidates, required, forbidden);
  }

  /**
   * An equivalent problem without required and forbidden candidates, which contains only the {@link
   * #available} ones; empty if some layer has none.
   */
  public Optional<SelectionProblem> narrowed() {
    if (required.isEmpty() && forbidden.isEmpty()) {
      return Optional.of(this);
    }
    List<Candidate> left = available();
    return Availability.firstUncoveredLayer(layers, left).isPresent()
        ? Optional.empty()
        : Optional.of(
            new SelectionProblem(
                layers,
                sense,
                left,
                limits,
                List.of(),
                List.of(),
                solutions,
                diversity,
                Couple.applicable(pairs, left)));
  }

  /**
   * An equivalent problem for one selection; {@link #narrowed} unless some layer has no candidate.
   */
  public SelectionProblem single() {
    SelectionProblem single = withSolutions(1, 0);
    return single.narrowed().orElse(single);
  }

  /**
   * A relaxation without pair terms: scores include the best terms that each candidate can have
   * with later ones, one for each layer at which such a candidate begins. The objective of a
   * selection is at least as good as with the pair terms, and is as good if there are none.
   */
  public SelectionProblem relaxedPairs() {
    return Couple.relaxed(this);
  }

  /** Minimum number of layers in which a further selection differs from every earlier one. */
  public int leastDifference() {
    return Math.max(
        1,
        BigDecimal.valueOf(diversity)
            .multiply(BigDecimal.valueOf(layers))
            .setScale(0, RoundingMode.CEILING)
            .intValueExact());
  }

  /** All bounds, in the order of the limits. */
  public List<Bound> bounds() {
    return limits.entrySet().stream()
        .flatMap(entry -> entry.getValue().bounds(entry.getKey()).stream())
        .toList();
  }

  /** Costs that every candidate states; only for these are sums complete. */
  public Set<String> commonCosts() {
    Set<String> common = new LinkedHashSet<>(candidates.getFirst().costs().keySet());
    candidates.forEach(candidate -> common.retainAll(candidate.costs().keySet()));
    return common;
  }

  /** The bounds that these candidates violate in exact decimals; empty for a feasible selection. */
  public List<Bound> broken(List<Candidate> chosen) {
    List<Bound> broken = new ArrayList<>();
    for (Bound bound : bounds()) {
      if (!bound.admits(Selection.exactCost(chosen, bound.cost()))) {
        broken.add(bound);
      }
    }
    return List.copyOf(broken);
  }

  private static void requireWithin(String name, int value, int most) {
    if (value < 1 || value > most) {
      throw new IllegalArgumentException(
          "%s must be 1 to %d, found %d".formatted(name, most, value));
    }
  }

  private static void requireCandidates(int layers, List<Candidate> candidates) {
    Set<String> ids = new HashSet<>();
    for (Candidate candidate : candidates) {
      if (!ids.add(candidate.id())) {
        throw new IllegalArgumentException(
            "candidate id '%s' is used twice".formatted(candidate.id()));
      }
      if (candidate.endLayer() > layers) {
        throw new IllegalArgumentException(
            "candidate '%s' covers layer %d, but the layers are 0 to %d"
                .formatted(candidate.id(), candidate.endLayer() - 1, layers - 1));
      }
    }
    OptionalInt bare = Availability.firstUncoveredLayer(layers, candidates);
    if (bare.isPresent()) {
      throw new IllegalArgumentException("layer %d has no candidate".formatted(bare.getAsInt()));
    }
  }
}
