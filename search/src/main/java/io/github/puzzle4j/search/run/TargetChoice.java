package io.github.puzzle4j.search.run;

import io.github.puzzle4j.blocklib.arch.Child;
import io.github.puzzle4j.scoring.cost.CostTable;
import io.github.puzzle4j.scoring.cost.ModelCost;
import io.github.puzzle4j.search.plan.Baseline;
import io.github.puzzle4j.search.plan.Target;
import io.github.puzzle4j.search.rounds.ChildProblem;
import io.github.puzzle4j.search.rounds.RoundsResult;
import io.github.puzzle4j.solver.SelectionProblem;
import io.github.puzzle4j.solver.SolveResult;
import java.time.Duration;
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
   * @param bySum the child with the least sum of scores
   * @param rounds what was learnt from measured children; empty before any was measured
   * @param baselines choices of simpler rules at the same budget and batch; a baseline that finds
   *     nothing within the budget is absent
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
      Child bySum,
      Optional<RoundsResult> rounds,
      SequencedMap<Baseline, Child> baselines,
      List<FrontierPoint> frontier)
      implements TargetChoice {

    public Chosen {
      baselines = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(baselines));
      frontier = List.copyOf(frontier);
    }

    @Override
    public SelectionProblem problem() {
      return space.problem();
    }

    /** The chosen child. */
    public Child child() {
      return rounds.map(result -> result.best().child()).orElse(bySum);
    }

    /** The same after rounds of measuring. */
    Chosen after(RoundsResult result) {
      return new Chosen(
          name,
          target,
          budget,
          teacher,
          costs,
          space,
          solved,
          duration,
          bySum,
          Optional.of(result),
          baselines,
          frontier);
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
   * @param tokensPerSecond predicted output tokens per second
   * @param score sum of the scores
   */
  record FrontierPoint(double tokensPerSecond, double score) {}
}
