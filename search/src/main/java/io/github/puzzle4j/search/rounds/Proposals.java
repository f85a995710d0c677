package io.github.puzzle4j.search.rounds;

import io.github.puzzle4j.blocklib.arch.Child;
import io.github.puzzle4j.blocklib.arch.Replacement;
import io.github.puzzle4j.scoring.truth.Feature;
import io.github.puzzle4j.scoring.truth.TruthModel;
import io.github.puzzle4j.solver.Candidate;
import io.github.puzzle4j.solver.SelectionProblem;
import io.github.puzzle4j.solver.Sense;
import io.github.puzzle4j.solver.SolveOptions;
import io.github.puzzle4j.solver.SolveResult;
import io.github.puzzle4j.solver.SolveSession;
import io.github.puzzle4j.solver.baseline.Evolution;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;

/**
 * Children within a budget that are worth measuring: proven optima of scores that vary at random,
 * or mutations of children that are good already. All keep all limits.
 */
final class Proposals {

  /** Optima that are computed for each child that is wanted. */
  private static final int DRAWS_PER_CHILD = 5;

  /** Mutations that are predicted for each child that is wanted. */
  private static final int MUTATIONS_PER_CHILD = 20;

  /** The largest deviation of a random score of a model, as a difference of logarithms. */
  private static final double WIDEST = 0.2;

  /** The largest deviation of the logarithm of a replace-one score. */
  private static final double WIDEST_FACTOR = 1.2;

  /** Replace-one scores below it are varied as if they were this. */
  private static final double LEAST_SCORE = 1e-4;

  private final ChildProblem space;
  private final SolveSession session;
  private final SplittableRandom random;

  Proposals(ChildProblem space, SolveOptions options, long seed) {
    this.space = space;
    this.session = SolveSession.with(options);
    this.random = new SplittableRandom(seed);
  }

  /** Children near the optimum of the sum of replace-one scores. */
  Set<Child> nearSum(int count) {
    Set<Child> found = new LinkedHashSet<>();
    for (int draw = 0; draw < DRAWS_PER_CHILD * count && found.size() < count; draw++) {
      double deviation = WIDEST_FACTOR * random.nextDouble();
      optimum(candidate ->
              Math.max(LEAST_SCORE, Math.abs(candidate.score()))
                  * Math.exp(deviation * random.nextGaussian()))
          .ifPresent(found::add);
    }
    return found;
  }

  /**
   * The children with the lowest predictions among optima around some base children. Around a base,
   * a candidate's score is the predicted effect of replacing its layers in the base.
   *
   * @param bases the best first
   * @param wanted which children may be proposed
   */
  List<Child> byModel(TruthModel model, List<Child> bases, int count, Predicate<Child> wanted) {
    Set<Child> found = new LinkedHashSet<>();
    List<Map<String, Double>> effects = bases.stream().map(base -> effects(model, base)).toList();
    int draws = DRAWS_PER_CHILD * count;
    for (int draw = 0; draw < draws; draw++) {
      Map<String, Double> around = effects.get(draw % effects.size());
      double deviation = WIDEST * draw / draws;
      optimum(candidate ->
              Objects.requireNonNull(around.get(candidate.id()))
                  + deviation * random.nextGaussian())
          .filter(wanted)
          .ifPresent(found::add);
    }
    return best(model, found, count);
  }

  /**
   * The children with the lowest predictions among random mutations of some base children: a few
   * replacements differ, and others that make up for their costs.
   *
   * @param wanted which children may be proposed
   */
  List<Child> byMutation(TruthModel model, List<Child> bases, int count, Predicate<Child> wanted) {
    Set<Child> found = new LinkedHashSet<>();
    for (Child base : bases) {
      Evolution.offspring(
              space.problem(),
              space.selection(base),
              MUTATIONS_PER_CHILD * count / bases.size(),
              random.nextLong())
          .stream()
          .map(space::child)
          .filter(wanted)
          .forEach(found::add);
    }
    return best(model, found, count);
  }

  private static List<Child> best(TruthModel model, Set<Child> found, int count) {
    Map<Child, Double> predicted = new HashMap<>();
    found.forEach(child -> predicted.put(child, model.predict(child)));
    return found.stream().sorted(Comparator.comparingDouble(predicted::get)).limit(count).toList();
  }

  private Optional<Child> optimum(ToDoubleFunction<Candidate> score) {
    SelectionProblem varied = space.problem().withScores(Sense.MIN, score);
    return switch (session.solve(varied)) {
      case SolveResult.Solved solved -> Optional.of(space.child(solved.selection()));
      case SolveResult.Infeasible _, SolveResult.Undecided _ -> Optional.empty();
    };
  }

  /** By candidate, how the predicted logarithm changes when it is put into the base. */
  private Map<String, Double> effects(TruthModel model, Child base) {
    double before = model.logOf(Feature.of(base));
    Map<String, Double> effects = new HashMap<>();
    for (Candidate candidate : space.problem().candidates()) {
      List<Feature> changed = with(base, space.replacement(candidate));
      effects.put(candidate.id(), model.logOf(changed) - before);
    }
    return effects;
  }

  /** The base's features with a replacement; layers of it that are cut off are the teacher's. */
  private static List<Feature> with(Child base, Replacement instead) {
    List<Feature> features = new ArrayList<>(Feature.of(instead));
    for (Replacement own : base.replacements()) {
      if (own.span().last() < instead.span().first()
          || own.span().first() > instead.span().last()) {
        features.addAll(Feature.of(own));
        continue;
      }
      for (int layer = own.span().first(); layer <= own.span().last(); layer++) {
        if (layer < instead.span().first() || layer > instead.span().last()) {
          features.addAll(Feature.of(Replacement.of(layer, base.teacher().layers().get(layer))));
        }
      }
    }
    return features;
  }
}
