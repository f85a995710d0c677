package io.github.puzzle4j.search.run;

import io.github.puzzle4j.blocklib.arch.Child;
import io.github.puzzle4j.scoring.cost.CostTable;
import io.github.puzzle4j.scoring.cost.ModelCost;
import io.github.puzzle4j.search.plan.Baseline;
import io.github.puzzle4j.search.plan.Target;
import io.github.puzzle4j.search.rounds.ChildProblem;
import io.github.puzzle4j.search.rounds.EvolutionSearch;
import io.github.puzzle4j.search.rounds.RoundsResult;
import io.github.puzzle4j.solver.SelectionProblem;
import io.github.puzzle4j.solver.SolveResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/** The result of a search for one target. */
public sealed interface TargetChoice {

  /** The target's name within its run. */
  String name();

  /** The target from the plan. */
  Target target();

  /** The solver's problem. */
  SelectionProblem problem();

  /**
   * A choice that keeps the budget.
   *
   * @param name of the target within its run
   * @param budget in numbers
   * @param teacher cost of the teacher at its best batch
   * @param costs of all variants at the batch of the child
   * @param space the problem at that batch, whose selections are children
   * @param solved the solver's answer
   * @param duration of all problems, one per batch
   * @param child the chosen child
   * @param bySum the child with the least sum of scores
   * @param rounds what was learnt from measured children; empty before any was measured
   * @param baselines choices of simpler rules at the same budget and batch; a baseline that finds
   *     nothing within the budget is absent
   * @param rival how {@link Baseline#EVOLUTION} found its choice, where the plan asks for it
   * @param frontier the best choices at other throughputs, by increasing throughput
   */
  record Chosen(
      String name,
      Target target,
      TargetBudget budget,
      ModelCost teacher,
      CostTable costs,
      ChildProblem space,
      SolveResult.Solved solved,
      Duration duration,
      Child child,
      Child bySum,
      Optional<RoundsResult> rounds,
      SequencedMap<Baseline, Child> baselines,
      Optional<EvolutionSearch.Evolved> rival,
      List<FrontierPoint> frontier)
      implements TargetChoice {

    /** Finalists differ in one of so many of their replacements. */
    private static final int LEAST_APART = 4;

    public Chosen {
      baselines = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(baselines));
      frontier = List.copyOf(frontier);
    }

    @Override
    public SelectionProblem problem() {
      return space.problem();
    }

    /**
     * Children of which the best after training is taken: the chosen one, the one with the least
     * sum of scores, then those with the least divergence as assembled that differ from all earlier
     * ones in some of their layers.
     *
     * @param count of them at most, at least 1
     */
    List<Child> finalists(int count) {
      List<Child> finalists = new ArrayList<>(List.of(child));
      if (!finalists.contains(bySum)) {
        finalists.add(bySum);
      }
      rounds.ifPresent(result ->
          result.bestFirst().stream()
              .filter(one -> finalists.stream().allMatch(other -> isApart(one, other)))
              .forEach(finalists::add));
      return List.copyOf(finalists.subList(0, Math.min(count, finalists.size())));
    }

    private static boolean isApart(Child one, Child other) {
      long different =
          one.replacements().stream()
              .filter(replacement -> !other.replacements().contains(replacement))
              .count();
      return different * LEAST_APART >= one.replacements().size();
    }

    /** The same after rounds of measuring. */
    Chosen after(RoundsResult result) {
      return with(result.best().child(), Optional.of(result), baselines, rival);
    }

    /** The same with another child that keeps the budget. */
    Chosen taking(Child other) {
      return with(other, rounds, baselines, rival);
    }

    /** The same with the choice of an evolutionary search as a further baseline. */
    Chosen withRival(EvolutionSearch.Evolved evolved) {
      SequencedMap<Baseline, Child> all = new LinkedHashMap<>(baselines);
      all.put(Baseline.EVOLUTION, evolved.best());
      return with(child, rounds, all, Optional.of(evolved));
    }

    private Chosen with(
        Child other,
        Optional<RoundsResult> learnt,
        SequencedMap<Baseline, Child> simpler,
        Optional<EvolutionSearch.Evolved> evolved) {
      return new Chosen(
          name, target, budget, teacher, costs, space, solved, duration, other, bySum, learnt,
          simpler, evolved, frontier);
    }

    /** The cost of a choice at the child's batch. */
    public ModelCost cost(Child choice) {
      return costs.total(choice.model());
    }
  }

  /**
   * No choice of variants keeps the budget, whatever the batch.
   *
   * @param explanation one line: the limits, and what can be reached
   * @param problem at the batch that comes nearest
   */
  record OutOfReach(String name, Target target, String explanation, SelectionProblem problem)
      implements TargetChoice {}

  /**
   * A best choice at some throughput.
   *
   * @param child that is chosen
   * @param cost of it, at the batch of the choice
   * @param score sum of the scores
   */
  record FrontierPoint(Child child, ModelCost cost, double score) {

    /** Predicted output tokens per second per GPU. */
    public double tokensPerSecond() {
      return cost.throughputTokensPerSecond();
    }
  }
}
