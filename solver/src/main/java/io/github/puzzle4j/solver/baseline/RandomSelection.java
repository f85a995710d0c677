package io.github.puzzle4j.solver.baseline;

import io.github.puzzle4j.solver.Candidate;
import io.github.puzzle4j.solver.Selection;
import io.github.puzzle4j.solver.SelectionProblem;
import io.github.puzzle4j.solver.SelectionSolver;
import io.github.puzzle4j.solver.SolveResult;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * A uniformly random selection among those within the limits.
 *
 * <p>First by rejection: selections are drawn uniformly until one is within the limits, which is
 * then exactly uniform. Under tight limits this practically never succeeds. Then by a Markov chain:
 * it starts from a selection found by the solver. Each step redraws one or two short runs of layers
 * uniformly among all ways to cover them, and is accepted if the limits hold. The steps are
 * symmetric, so that the stationary distribution is uniform over the reachable selections.
 * Redrawing two runs lets cost move between layers when the limits leave no room for a single
 * change. The chain takes 200 steps per layer, to reduce the influence of its start.
 */
public final class RandomSelection {

  private static final int DRAWS = 1_000;
  private static final int STEPS_PER_LAYER = 200;

  private final SelectionProblem problem;
  private final RandomGenerator random;
  private final Moves moves;

  private RandomSelection(SelectionProblem problem, long seed) {
    this.problem = problem;
    this.random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    this.moves = new Moves(problem, random);
  }

  /**
   * Draws a selection, reproducibly by seed; empty if no selection is within the limits, or if the
   * solver finds none within its default time limit.
   */
  public static Optional<Selection> select(SelectionProblem problem, long seed) {
    return new RandomSelection(problem, seed).select();
  }

  private Optional<Selection> select() {
    if (!moves.tilings().exist()) {
      return Optional.empty();
    }
    for (int draw = 0; draw < DRAWS; draw++) {
      List<Candidate> drawn = moves.tilings().draw(0, problem.layers(), random);
      if (moves.keepsLimits(drawn)) {
        return Optional.of(Selection.of(problem, drawn));
      }
    }
    return start().map(start -> Selection.of(problem, walk(start)));
  }

  /** Some selection within the limits; all scores are equal, so that any is optimal. */
  private Optional<List<Candidate>> start() {
    List<Candidate> alike = problem.available().stream().map(c -> c.withScore(0)).toList();
    SolveResult result =
        SelectionSolver.solve(
            SelectionProblem.of(problem.layers(), problem.sense(), alike, problem.limits()));
    return result instanceof SolveResult.Solved solved
        ? Optional.of(solved.selection().in(problem).chosen())
        : Optional.empty();
  }

  private List<Candidate> walk(List<Candidate> start) {
    List<Candidate> here = start;
    for (int step = 0; step < STEPS_PER_LAYER * problem.layers(); step++) {
      List<Candidate> there = moves.redrawn(here);
      if (random.nextBoolean()) {
        there = moves.redrawn(there);
      }
      if (moves.keepsLimits(there)) {
        here = there;
      }
    }
    return here;
  }
}
