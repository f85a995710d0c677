package io.github.puzzle4j.solver.baseline;

import io.github.puzzle4j.solver.Bound;
import io.github.puzzle4j.solver.Candidate;
import io.github.puzzle4j.solver.Selection;
import io.github.puzzle4j.solver.SelectionProblem;
import io.github.puzzle4j.solver.SelectionSolver;
import io.github.puzzle4j.solver.SolveResult;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.Collectors;

/**
 * A uniformly random selection among those that keep the limits.
 *
 * <p>First by rejection: selections are drawn uniformly among all, until one keeps the limits; that
 * one is exactly uniform. Under tight limits this practically never happens. Then a Markov chain is
 * run: it starts from a selection that the solver finds, and in every step draws one or two short
 * runs of layers anew, uniformly among all ways to cover them, and goes there if the limits hold.
 * The steps are symmetric, so that in the long run every selection that can be reached is equally
 * likely; two runs at a time let cost move from one layer to another where there is no room left
 * for a single change. What remains of the start fades with the number of steps, which is 200 for
 * each layer.
 */
public final class RandomSelection {

  private static final int DRAWS = 1_000;
  private static final int STEPS_PER_LAYER = 200;
  private static final int SHORTEST_LONGEST_RUN = 3;

  private final SelectionProblem problem;
  private final RandomGenerator random;
  private final Tilings tilings;
  private final List<Bound> bounds;
  private final int longestRun;

  private RandomSelection(SelectionProblem problem, long seed) {
    this.problem = problem;
    this.random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    this.tilings = new Tilings(problem.layers(), problem.available());
    this.bounds = problem.bounds();
    // Long enough to put in or take out any candidate.
    this.longestRun =
        problem.available().stream()
            .mapToInt(candidate -> candidate.layers().size())
            .reduce(SHORTEST_LONGEST_RUN, Math::max);
  }

  /**
   * A random selection, the same for the same seed; empty if no selection keeps the limits, or if
   * the solver could not find one within its default time limit.
   */
  public static Optional<Selection> select(SelectionProblem problem, long seed) {
    return new RandomSelection(problem, seed).select();
  }

  private Optional<Selection> select() {
    if (!tilings.exist()) {
      return Optional.empty();
    }
    for (int draw = 0; draw < DRAWS; draw++) {
      List<Candidate> drawn = tilings.draw(0, problem.layers(), random);
      if (keepsLimits(drawn)) {
        return Optional.of(Selection.of(problem, drawn));
      }
    }
    return start().map(start -> Selection.of(problem, walk(start)));
  }

  /** Some selection that keeps the limits: all scores are alike, so that any is optimal. */
  private Optional<List<Candidate>> start() {
    List<Candidate> alike = problem.available().stream().map(c -> c.withScore(0)).toList();
    SolveResult result =
        SelectionSolver.solve(
            SelectionProblem.of(problem.layers(), problem.sense(), alike, problem.limits()));
    if (!(result instanceof SolveResult.Solved solved)) {
      return Optional.empty();
    }
    Set<String> ids =
        solved.selection().chosen().stream().map(Candidate::id).collect(Collectors.toSet());
    return Optional.of(
        problem.available().stream()
            .filter(candidate -> ids.contains(candidate.id()))
            .sorted(Comparator.comparingInt(Candidate::firstLayer))
            .toList());
  }

  private List<Candidate> walk(List<Candidate> start) {
    List<Candidate> here = start;
    for (int step = 0; step < STEPS_PER_LAYER * problem.layers(); step++) {
      List<Candidate> there = redrawn(here);
      if (random.nextBoolean()) {
        there = redrawn(there);
      }
      if (keepsLimits(there)) {
        here = there;
      }
    }
    return here;
  }

  /**
   * With one run of layers drawn anew. The run is chosen without regard to the selection; where its
   * ends cut through a candidate, nothing changes. Both together make the step symmetric.
   */
  private List<Candidate> redrawn(List<Candidate> selection) {
    int first = random.nextInt(problem.layers());
    int end = Math.min(problem.layers(), first + 1 + random.nextInt(longestRun));
    List<Candidate> changed = new ArrayList<>();
    boolean drawn = false;
    for (Candidate candidate : selection) {
      if (candidate.endLayer() <= first || candidate.firstLayer() >= end) {
        changed.add(candidate);
      } else if (candidate.firstLayer() < first || candidate.endLayer() > end) {
        return selection;
      } else if (!drawn) {
        changed.addAll(tilings.draw(first, end, random));
        drawn = true;
      }
    }
    return changed;
  }

  /** Sums of doubles sort out what is clear; the exact sums decide. */
  private boolean keepsLimits(List<Candidate> selection) {
    for (Bound bound : bounds) {
      double sum = 0;
      double size = Math.abs(bound.value());
      for (Candidate candidate : selection) {
        sum += candidate.cost(bound.cost());
        size += Math.abs(candidate.cost(bound.cost()));
      }
      double over = bound.side() == Bound.Side.MAX ? sum - bound.value() : bound.value() - sum;
      if (over > 1e-9 * size) {
        return false;
      }
    }
    return problem.broken(selection).isEmpty();
  }
}
