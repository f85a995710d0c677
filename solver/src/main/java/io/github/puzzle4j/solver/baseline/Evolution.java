package io.github.puzzle4j.solver.baseline;

import io.github.puzzle4j.solver.Candidate;
import io.github.puzzle4j.solver.Selection;
import io.github.puzzle4j.solver.SelectionProblem;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.IntStream;

/**
 * Evolutionary search over whole selections, as in EvoPress (arXiv 2410.14649): a (1 + lambda)
 * search in which a parent gets offspring by a few switches of candidates. Others are switched to
 * make up for them, so that all limits are kept. The offspring are compared in several stages of
 * rising effort; in each the better ones survive, and in the last one the parent takes part.
 *
 * <p>The scores of the problem do not matter: a caller's {@link Fitness} decides, which may contain
 * interactions of any kind. This is what makes it the rival of a proven optimum of sums.
 */
public final class Evolution {

  /** Number of mutations for each offspring that differs from the others of its generation. */
  private static final int TRIES = 20;

  private final SelectionProblem problem;
  private final Settings settings;
  private final Fitness fitness;
  private final Moves moves;

  private Evolution(SelectionProblem problem, Settings settings, Fitness fitness) {
    this.problem = problem;
    this.settings = settings;
    this.fitness = fitness;
    this.moves = moves(problem, settings.seed());
  }

  private static Moves moves(SelectionProblem problem, long seed) {
    return new Moves(problem, RandomGeneratorFactory.of("L64X128MixRandom").create(seed));
  }

  /** Compares selections. */
  @FunctionalInterface
  public interface Fitness {

    /**
     * Values of selections; smaller ones are better. Only values of one call are compared.
     *
     * @param stage from 0; each stage has fewer selections and is meant to measure them better
     * @return as many values as selections
     */
    List<Double> of(List<Selection> selections, int stage);

    /**
     * Whether there is effort left for another generation.
     *
     * @param generation its number, from 0
     */
    default boolean goesOn(int generation) {
      return true;
    }
  }

  /**
   * Settings of a search.
   *
   * @param offspring number of offspring of each generation
   * @param survivors how many of them survive each stage but the last, which one survives; the
   *     number of stages is one more. Empty for a single stage
   * @param generations the most generations
   */
  public record Settings(int offspring, List<Integer> survivors, int generations, long seed) {

    /**
     * @throws IllegalArgumentException if a number is below 1, or one of survivors is not below its
     *     predecessor
     */
    public Settings {
      survivors = List.copyOf(survivors);
      if (offspring < 1 || generations < 1) {
        throw new IllegalArgumentException(
            "offspring and generations must be 1 or more, found %d and %d"
                .formatted(offspring, generations));
      }
      int before = offspring;
      for (int left : survivors) {
        if (left < 1 || left >= before) {
          throw new IllegalArgumentException(
              "survivors must be 1 or more and fewer in each stage, found %s of %d"
                  .formatted(survivors, offspring));
        }
        before = left;
      }
    }

    int lastStage() {
      return survivors.size();
    }
  }

  /**
   * The parent after a generation.
   *
   * @param fitness its value in the last stage of the generation
   * @param changed whether it is a new one
   */
  public record Generation(int number, Selection parent, double fitness, boolean changed) {}

  /**
   * Result of a search.
   *
   * @param best the last parent
   * @param history one entry for each generation
   */
  public record Result(Selection best, List<Generation> history) {
    public Result {
      history = List.copyOf(history);
    }
  }

  /**
   * Searches from a random selection; empty if none is within the limits, see {@link
   * RandomSelection#select}.
   */
  public static Optional<Result> search(
      SelectionProblem problem, Settings settings, Fitness fitness) {
    return RandomSelection.select(problem, settings.seed())
        .map(start -> search(problem, start, settings, fitness));
  }

  /**
   * Searches from a selection.
   *
   * @throws IllegalArgumentException if it violates a limit or contains a candidate that is not
   *     available
   */
  public static Result search(
      SelectionProblem problem, Selection start, Settings settings, Fitness fitness) {
    requirePossible(problem, start);
    return new Evolution(problem, settings, fitness).run(start);
  }

  /**
   * Mutations of a selection, as those of one generation: a few switched candidates, and others
   * that make up for them, within the limits. All are different.
   *
   * @return fewer than asked for if mutations find no more
   * @throws IllegalArgumentException as {@link #search(SelectionProblem, Selection, Settings,
   *     Fitness)}
   */
  public static List<Selection> offspring(
      SelectionProblem problem, Selection parent, int count, long seed) {
    requirePossible(problem, parent);
    return offspring(problem, moves(problem, seed), parent, count);
  }

  private static void requirePossible(SelectionProblem problem, Selection start) {
    if (!problem.broken(start.chosen()).isEmpty()) {
      throw new IllegalArgumentException(
          "the selection to start from violates " + problem.broken(start.chosen()));
    }
    if (!Set.copyOf(problem.available()).containsAll(start.chosen())) {
      throw new IllegalArgumentException(
          "the selection to start from contains candidates that the problem does not allow");
    }
  }

  private Result run(Selection start) {
    Selection parent = start;
    List<Generation> history = new ArrayList<>();
    for (int number = 0; number < settings.generations() && fitness.goesOn(number); number++) {
      List<Selection> left = offspring(problem, moves, parent, settings.offspring());
      if (left.isEmpty()) {
        break;
      }
      for (int stage = 0; stage < settings.lastStage(); stage++) {
        int most = settings.survivors().get(stage);
        left = left.size() > most ? best(left, values(left, stage), most) : left;
      }
      List<Selection> last = new ArrayList<>(List.of(parent));
      last.addAll(left);
      List<Double> values = values(last, settings.lastStage());
      // Of equal ones the parent stays, which comes first.
      Selection winner = best(last, values, 1).getFirst();
      double value = values.get(last.indexOf(winner));
      history.add(new Generation(number, winner, value, !winner.equals(parent)));
      parent = winner;
    }
    return new Result(parent, history);
  }

  private List<Double> values(List<Selection> selections, int stage) {
    List<Double> values = fitness.of(List.copyOf(selections), stage);
    if (values.size() != selections.size()) {
      throw new IllegalStateException(
          "%d values for %d selections".formatted(values.size(), selections.size()));
    }
    return values;
  }

  /** The selections with the smallest values; NaN is the largest. */
  private static List<Selection> best(List<Selection> of, List<Double> values, int count) {
    return IntStream.range(0, of.size())
        .boxed()
        .sorted(Comparator.comparingDouble(values::get))
        .limit(count)
        .map(of::get)
        .toList();
  }

  private static List<Selection> offspring(
      SelectionProblem problem, Moves moves, Selection parent, int count) {
    Set<List<Candidate>> known = new HashSet<>(Set.of(parent.chosen()));
    List<Selection> offspring = new ArrayList<>();
    for (int attempt = 0; attempt < TRIES * count && offspring.size() < count; attempt++) {
      List<Candidate> child = moves.mutated(parent.chosen());
      if (known.add(child)) {
        offspring.add(Selection.of(problem, child));
      }
    }
    return offspring;
  }
}
