package io.github.puzzle4j.solver.baseline;

import io.github.puzzle4j.solver.Candidate;
import io.github.puzzle4j.solver.PairTerm;
import io.github.puzzle4j.solver.Selection;
import io.github.puzzle4j.solver.SelectionProblem;
import io.github.puzzle4j.solver.SelectionSolver;
import io.github.puzzle4j.solver.SolveOptions;
import io.github.puzzle4j.solver.SolveResult;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * Random selections of all qualities. Uniformly random ones are nearly all equally bad; a sample to
 * judge a prediction by needs good ones as well. The range of objectives from the optimum to that
 * of a typical random selection is divided into strata of equal width, and each selection is the
 * end of a random walk that leads into its stratum and goes on there.
 */
public final class Samples {

  private static final int TYPICAL = 15;
  private static final int STEPS_PER_LAYER = 60;

  /** Number of walks for each selection that differs from the others. */
  private static final int TRIES = 4;

  private final SelectionProblem problem;
  private final RandomGenerator random;
  private final Moves moves;
  private final Selection best;
  private final List<Selection> typical;
  private final Map<Set<String>, Double> pairs;

  private Samples(
      SelectionProblem problem, RandomGenerator random, Selection best, List<Selection> typical) {
    this.problem = problem;
    this.random = random;
    this.moves = new Moves(problem, random);
    this.best = best;
    this.typical = typical;
    this.pairs =
        problem.pairs().stream()
            .collect(
                Collectors.toMap(pair -> Set.of(pair.first(), pair.second()), PairTerm::score));
  }

  /**
   * Different selections within the limits, best objective first, reproducibly by seed. Fewer if
   * not as many were found; none if no selection is within the limits.
   *
   * @param options for the optimum, which is one end of the range and not part of the sample
   */
  public static List<Selection> stratified(
      SelectionProblem problem, int count, long seed, SolveOptions options) {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    SolveResult solved = SelectionSolver.solve(problem.withSolutions(1, 0), options);
    if (!(solved instanceof SolveResult.Solved optimum)) {
      return List.of();
    }
    List<Selection> typical =
        LongStream.range(0, TYPICAL)
            .mapToObj(number -> RandomSelection.select(problem, random.nextLong()))
            .flatMap(Optional::stream)
            .toList();
    return typical.isEmpty()
        ? List.of()
        : new Samples(problem, random, optimum.selection().in(problem), typical).drawn(count);
  }

  private List<Selection> drawn(int count) {
    int sign = problem.sense().sign();
    double from = best.objective();
    double to =
        typical.stream()
            .map(Selection::objective)
            .sorted(Comparator.comparingDouble(value -> sign * value))
            .toList()
            .get(typical.size() / 2);
    Set<List<Candidate>> known = new HashSet<>(Set.of(best.chosen()));
    List<Selection> drawn = new ArrayList<>();
    for (int stratum = 0; stratum < count; stratum++) {
      for (int attempt = 0; attempt < TRIES; attempt++) {
        double share = (stratum + random.nextDouble()) / count;
        double half = Math.abs(to - from) / count / 2;
        List<Candidate> found = walk(share, from + share * (to - from), half);
        if (known.add(found)) {
          drawn.add(Selection.of(problem, found));
          break;
        }
      }
    }
    // Where there are few selections, random ones find what the strata did not.
    for (int attempt = 0; attempt < TRIES * count && drawn.size() < count; attempt++) {
      RandomSelection.select(problem, random.nextLong())
          .filter(found -> known.add(found.chosen()))
          .ifPresent(drawn::add);
    }
    drawn.sort(Comparator.comparingDouble(selection -> sign * selection.objective()));
    return List.copyOf(drawn);
  }

  /** From the nearer end of the range towards an objective, and on at about that distance. */
  private List<Candidate> walk(double share, double target, double half) {
    Selection start = share < 0.5 ? best : typical.get(random.nextInt(typical.size()));
    List<Candidate> here = start.chosen();
    double distance = Math.abs(objective(here) - target);
    for (int step = 0; step < STEPS_PER_LAYER * problem.layers(); step++) {
      List<Candidate> there = moves.redrawn(here);
      if (random.nextBoolean()) {
        there = moves.redrawn(there);
      }
      double other = Math.abs(objective(there) - target);
      if (other <= Math.max(distance, half) && moves.keepsLimits(there)) {
        here = there;
        distance = other;
      }
    }
    return here;
  }

  private double objective(List<Candidate> chosen) {
    double sum = 0;
    Set<String> ids = new HashSet<>();
    for (Candidate candidate : chosen) {
      sum += candidate.score();
      for (String other : ids) {
        sum += pairs.getOrDefault(Set.of(candidate.id(), other), 0.0);
      }
      if (!pairs.isEmpty()) {
        ids.add(candidate.id());
      }
    }
    return sum;
  }
}
