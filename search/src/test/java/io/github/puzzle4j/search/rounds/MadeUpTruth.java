package io.github.puzzle4j.search.rounds;

import io.github.puzzle4j.blocklib.arch.Attention;
import io.github.puzzle4j.blocklib.arch.AttentionShape;
import io.github.puzzle4j.blocklib.arch.Child;
import io.github.puzzle4j.blocklib.arch.CommonParts;
import io.github.puzzle4j.blocklib.arch.Ffn;
import io.github.puzzle4j.blocklib.arch.GatedFfn;
import io.github.puzzle4j.blocklib.arch.Layer;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.arch.NoAttention;
import io.github.puzzle4j.blocklib.arch.Replacement;
import io.github.puzzle4j.blocklib.arch.Span;
import io.github.puzzle4j.blocklib.arch.SpecialTokens;
import io.github.puzzle4j.scoring.quality.ChildScore;
import io.github.puzzle4j.scoring.quality.Metric;
import io.github.puzzle4j.scoring.quality.ReplacementScore;
import io.github.puzzle4j.scoring.quality.Score;
import io.github.puzzle4j.scoring.quality.ScoreObjective;
import io.github.puzzle4j.scoring.quality.ScoreTable;
import io.github.puzzle4j.scoring.quality.TokenMean;
import io.github.puzzle4j.scoring.truth.FeatureScores;
import io.github.puzzle4j.solver.Candidate;
import io.github.puzzle4j.solver.Limit;
import io.github.puzzle4j.solver.Selection;
import io.github.puzzle4j.solver.SelectionProblem;
import io.github.puzzle4j.solver.SelectionSolver;
import io.github.puzzle4j.solver.Sense;
import io.github.puzzle4j.solver.SolveOptions;
import io.github.puzzle4j.solver.SolveResult;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * A search space whose children need no measuring: KL is the sum of their scores, times a factor
 * for each two neighbouring layers without attention and with smaller FFNs. Two pairs of layers may
 * be merged.
 */
final class MadeUpTruth implements ChildProblem {

  static final int LAYERS = 6;
  static final int TIME = 13;
  static final int MEMORY = 17;
  static final int SEQUENCES = 8;

  private static final Layer OWN = Layer.llama(new AttentionShape(8, 4, 8), 176);
  private static final List<Attention> ATTENTION = List.of(OWN.attention(), new NoAttention());
  private static final List<Ffn> FFN = List.of(OWN.ffn(), new GatedFfn(88));
  private static final Model TEACHER =
      Model.uniform(
          CommonParts.llama(100, 64, 10_000, 128, true, SpecialTokens.none()), LAYERS, OWN);

  private final double penalty;
  private final Map<String, Replacement> replacements = new LinkedHashMap<>();
  private final Map<Replacement, Double> scores = new LinkedHashMap<>();
  private final SelectionProblem problem;

  /**
   * A space with random scores.
   *
   * @param penalty factor for two neighbouring layers without attention, whose root is that for two
   *     with smaller FFNs; 1 for none
   */
  MadeUpTruth(long seed, double penalty) {
    this.penalty = penalty;
    SplittableRandom random = new SplittableRandom(seed);
    List<Candidate> candidates = new ArrayList<>();
    for (int layer = 0; layer < LAYERS; layer++) {
      double attention = 0.01 * Math.exp(random.nextDouble());
      double ffn = 0.02 * Math.exp(random.nextDouble());
      for (int option = 0; option < 4; option++) {
        int pruned = option / 2;
        int narrow = option % 2;
        Layer instead = new Layer(ATTENTION.get(pruned), FFN.get(narrow));
        candidates.add(
            candidate(
                Replacement.of(layer, instead),
                pruned * attention + narrow * ffn,
                4 - 2 * pruned - narrow,
                4 - pruned - narrow));
      }
    }
    for (int first : new int[] {0, 3}) {
      Replacement merged = new Replacement(new Span(first, first + 1), List.of(OWN));
      candidates.add(candidate(merged, 0.08 + 0.02 * random.nextDouble(), 4, 4));
    }
    Map<String, Limit> limits = new LinkedHashMap<>();
    limits.put("time", new Limit.AtMost(TIME));
    limits.put("memory", new Limit.AtMost(MEMORY));
    limits.put("attention", new Limit.AtLeast(1));
    this.problem = SelectionProblem.of(LAYERS, Sense.MIN, candidates, limits);
  }

  private Candidate candidate(Replacement replacement, double score, int time, int memory) {
    replacements.put(replacement.id(), replacement);
    scores.put(replacement, score);
    boolean attends = !(replacement.instead().getFirst().attention() instanceof NoAttention);
    return new Candidate(
        replacement.id(),
        IntStream.rangeClosed(replacement.span().first(), replacement.span().last())
            .boxed()
            .toList(),
        score,
        Map.of("time", (double) time, "memory", (double) memory, "attention", attends ? 1.0 : 0.0));
  }

  @Override
  public SelectionProblem problem() {
    return problem;
  }

  @Override
  public Replacement replacement(Candidate candidate) {
    return Objects.requireNonNull(replacements.get(candidate.id()));
  }

  @Override
  public Child child(Selection selection) {
    return new Child(TEACHER, selection.chosen().stream().map(this::replacement).toList());
  }

  FeatureScores featureScores() {
    List<ReplacementScore> all = new ArrayList<>();
    scores.forEach((replacement, score) ->
        all.add(
            new ReplacementScore(
                replacement, Map.of(Metric.KL_DIVERGENCE, TokenMean.exactly(score, 2)))));
    return new FeatureScores(TEACHER, new ScoreTable(all), ScoreObjective.of(Metric.KL_DIVERGENCE));
  }

  /** The proven optimum of the sum of scores. */
  Child first() {
    return switch (SelectionSolver.solve(problem, options())) {
      case SolveResult.Solved solved -> child(solved.selection());
      case SolveResult.Infeasible _, SolveResult.Undecided _ -> throw new AssertionError();
    };
  }

  static SolveOptions options() {
    return SolveOptions.defaults().withBackend(SolveOptions.EXACT);
  }

  double kl(Child child) {
    double kl = 0;
    for (Replacement replacement : child.replacements()) {
      kl += Objects.requireNonNull(scores.get(replacement));
    }
    List<Layer> layers = child.model().layers();
    for (int layer = 1; layer < layers.size(); layer++) {
      Layer before = layers.get(layer - 1);
      Layer here = layers.get(layer);
      if (before.attention().equals(here.attention())
          && !here.attention().equals(OWN.attention())) {
        kl *= penalty;
      }
      if (before.ffn().equals(here.ffn()) && !here.ffn().equals(OWN.ffn())) {
        kl *= Math.sqrt(penalty);
      }
    }
    return kl;
  }

  /** The scores of a child; hard sequences are hard for all children. */
  ChildScore measured(Child child) {
    List<Score.Part> divergence = new ArrayList<>();
    List<Score.Part> loss = new ArrayList<>();
    for (int sequence = 0; sequence < SEQUENCES; sequence++) {
      double hardness = 0.5 + sequence / (SEQUENCES - 1.0);
      divergence.add(new Score.Part(10 * kl(child) * hardness, 10));
      loss.add(new Score.Part(10 * (2 + kl(child)) * hardness, 10));
    }
    return new ChildScore(child, Map.of(Metric.KL_DIVERGENCE, divergence, Metric.LM_LOSS, loss));
  }

  boolean keepsAllLimits(Child child) {
    Set<String> ids = new HashSet<>();
    child.replacements().forEach(one -> ids.add(one.id()));
    return problem
        .broken(problem.candidates().stream().filter(one -> ids.contains(one.id())).toList())
        .isEmpty();
  }

  /** The least KL of all children within the limits. */
  double leastKl() {
    return leastKl(0, new ArrayList<>());
  }

  private double leastKl(int layer, List<Replacement> chosen) {
    if (layer == LAYERS) {
      Child child = new Child(TEACHER, chosen);
      return keepsAllLimits(child) ? kl(child) : Double.POSITIVE_INFINITY;
    }
    double least = Double.POSITIVE_INFINITY;
    for (Replacement replacement : replacements.values()) {
      if (replacement.span().first() == layer) {
        chosen.add(replacement);
        least = Math.min(least, leastKl(replacement.span().last() + 1, chosen));
        chosen.removeLast();
      }
    }
    return least;
  }
}
