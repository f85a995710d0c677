package io.github.puzzle4j.search.run;

import io.github.puzzle4j.blocklib.arch.Replacement;
import io.github.puzzle4j.scoring.quality.ReplacementScore;
import io.github.puzzle4j.scoring.quality.ScoreObjective;
import io.github.puzzle4j.scoring.quality.ScoreTable;
import io.github.puzzle4j.scoring.quality.TokenMean;
import io.github.puzzle4j.search.plan.Solve;
import io.github.puzzle4j.solver.Candidate;
import io.github.puzzle4j.solver.SelectionProblem;
import io.github.puzzle4j.solver.SolveOptions;
import io.github.puzzle4j.solver.SolveResult;
import io.github.puzzle4j.solver.TimedSession;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;

/**
 * Which replacements the budgets of a plan may pick, given what the scores are not sure of. The
 * text is resampled: each of its sequences gets a random weight, by the wild bootstrap (Wu, Annals
 * of Statistics 14, 1986), which moves all scores together as another text would. The solver
 * chooses anew for each sample, and what it never picks is given up.
 */
final class Race {

  /** Choices whose sums differ by less than this share are equally good. */
  private static final double INDIFFERENT = 0.05;

  /** Samples that pick what is picked with the least probability that keeps it in the race. */
  private static final int PICKS = 2;

  private final List<PricedTarget> targets;
  private final ScoreObjective objective;
  private final SolveOptions options;
  private final Selector selector;
  private final int samples;
  private final long seed;

  /** Makes the selector of some scores. */
  @FunctionalInterface
  interface Selector {
    TargetSelector of(ScoreTable scores);
  }

  /**
   * What is still open.
   *
   * @param chosen of the best choices of all targets
   * @param open the same, and what samples picked that was better by more than 5 %
   * @param agreement share of the samples in which no target had a choice that was better by that
   */
  record Verdict(Set<Replacement> chosen, Set<Replacement> open, double agreement) {

    /** Whether no sample picked anything else. */
    boolean isSettled() {
      return open.equals(chosen);
    }
  }

  /**
   * A race.
   *
   * @param confidence with which a replacement is given up: it would be picked for fewer than one
   *     text in {@code 1 / (1 - confidence)}
   */
  Race(
      List<PricedTarget> targets,
      ScoreObjective objective,
      Solve solve,
      Selector selector,
      double confidence,
      long seed) {
    this.targets = targets;
    this.objective = objective;
    this.options = new SolveOptions(solve.backend(), solve.timeLimit(), seed);
    this.selector = selector;
    this.samples = Math.toIntExact((long) Math.ceil(PICKS / (1 - confidence) - 1e-9));
    this.seed = seed;
  }

  /**
   * The verdict on these scores.
   *
   * @param sequences that were measured of the replacements that are still open
   * @param spread standard deviations of what scores are off besides the choice of the text
   */
  Verdict verdict(ScoreTable scores, int sequences, Map<Replacement, Double> spread)
      throws IOException {
    Map<Replacement, TokenMean> means = means(scores);
    TargetSelector by = selector.of(scores);
    Set<Replacement> chosen = new LinkedHashSet<>();
    Map<Replacement, Integer> picks = new LinkedHashMap<>();
    int[] agreeing = new int[samples];
    for (PricedTarget target : targets) {
      List<TargetProblem> problems = by.problems(target);
      TimedSession session =
          TimedSession.start(options, options.timeLimit().multipliedBy(problems.size()));
      Choice best = best(problems, session, _ -> 0);
      chosen.addAll(best.replacements());
      SplittableRandom random = new SplittableRandom(seed);
      double[] weights = new double[0];
      for (int sample = 0; sample < samples; sample++) {
        weights = sample % 2 == 0 ? weights(random, means) : negated(weights);
        Map<Replacement, Double> shifts = shifts(means, weights, widening(sequences));
        Map<Replacement, Double> off = off(spread, means.keySet(), random);
        ToDoubleFunction<Replacement> shift = one -> value(shifts, one) + value(off, one);
        Choice picked = best(problems, session, shift);
        if (best.in(shift) - picked.objective() > INDIFFERENT * Math.abs(best.objective())) {
          picked.replacements().forEach(one -> picks.merge(one, 1, Integer::sum));
        } else {
          agreeing[sample]++;
        }
      }
    }
    Set<Replacement> open = new LinkedHashSet<>(chosen);
    picks.forEach((one, count) -> {
      if (count >= PICKS) {
        open.add(one);
      }
    });
    long same = Arrays.stream(agreeing).filter(one -> one == targets.size()).count();
    return new Verdict(
        Collections.unmodifiableSet(chosen),
        Collections.unmodifiableSet(open),
        (double) same / samples);
  }

  private Map<Replacement, TokenMean> means(ScoreTable scores) {
    Map<Replacement, TokenMean> means = new LinkedHashMap<>();
    Map<Integer, ReplacementScore> own = new HashMap<>();
    for (ReplacementScore score : scores.all()) {
      ReplacementScore teachers =
          own.computeIfAbsent(
              score.layer(),
              layer ->
                  scores.score(
                      Replacement.of(layer, targets.getFirst().space().layer(layer).own())));
      means.put(score.replacement(), objective.of(score, teachers));
    }
    return means;
  }

  /** A choice and its sum of scores. */
  private record Choice(Set<Replacement> replacements, double objective) {

    /** The sum with scores that are shifted. */
    double in(ToDoubleFunction<Replacement> shift) {
      return objective + replacements.stream().mapToDouble(shift).sum();
    }
  }

  /** The best choice of all batch sizes; of nothing if none keeps the budget. */
  private static Choice best(
      List<TargetProblem> problems, TimedSession session, ToDoubleFunction<Replacement> shift) {
    Choice best = new Choice(Set.of(), Double.POSITIVE_INFINITY);
    for (TargetProblem target : problems) {
      if (session.solve(shifted(target, shift)) instanceof SolveResult.Solved solved
          && solved.objective() < best.objective()) {
        best =
            new Choice(
                new LinkedHashSet<>(target.child(solved.selection()).replacements()),
                solved.objective());
      }
    }
    return best.replacements().isEmpty() ? new Choice(Set.of(), 0) : best;
  }

  private static SelectionProblem shifted(
      TargetProblem target, ToDoubleFunction<Replacement> shift) {
    List<Candidate> candidates = new ArrayList<>();
    for (Candidate one : target.problem().candidates()) {
      double score = one.score() + shift.applyAsDouble(target.replacement(one));
      candidates.add(new Candidate(one.id(), one.layers(), score, one.costs()));
    }
    return target.problem().withCandidates(candidates);
  }

  private static double[] weights(SplittableRandom random, Map<Replacement, TokenMean> means) {
    int count = means.values().stream().mapToInt(one -> one.influences().size()).max().orElse(0);
    double[] weights = new double[count];
    for (int i = 0; i < count; i++) {
      weights[i] = random.nextGaussian();
    }
    return weights;
  }

  private static double[] negated(double[] weights) {
    return Arrays.stream(weights).map(one -> -one).toArray();
  }

  private static Map<Replacement, Double> shifts(
      Map<Replacement, TokenMean> means, double[] weights, double widening) {
    Map<Replacement, Double> shifts = new HashMap<>();
    means.forEach((one, mean) -> {
      double sum = 0;
      for (int i = 0; i < weights.length; i++) {
        sum += weights[i] * mean.influences().get(i);
      }
      shifts.put(one, widening * sum);
    });
    return shifts;
  }

  private static Map<Replacement, Double> off(
      Map<Replacement, Double> spread, Set<Replacement> all, SplittableRandom random) {
    Map<Replacement, Double> off = new HashMap<>();
    all.forEach(one -> off.put(one, value(spread, one) * random.nextGaussian()));
    return off;
  }

  private static double value(Map<Replacement, Double> values, Replacement one) {
    return values.getOrDefault(one, 0.0);
  }

  /**
   * Student's t over the normal deviate at two standard errors (first terms of the expansion of
   * Fisher and Cornish): errors from few sequences are themselves uncertain.
   */
  private static double widening(int sequences) {
    double freedom = Math.max(1, sequences - 1);
    return 1 + 5 / (4 * freedom) + 147 / (96 * freedom * freedom);
  }
}
