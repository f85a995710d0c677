package io.github.puzzle4j.search.run;

import io.github.puzzle4j.blocklib.arch.Child;
import io.github.puzzle4j.scoring.cost.CostTable;
import io.github.puzzle4j.scoring.cost.ModelCost;
import io.github.puzzle4j.search.plan.Baseline;
import io.github.puzzle4j.search.plan.Target;
import io.github.puzzle4j.solver.SelectionProblem;
import io.github.puzzle4j.solver.SolveResult;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
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
   * @param problem the problem at that batch
   * @param solved the solver's answer
   * @param duration of all problems, one per batch
   * @param child the chosen child
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
      SelectionProblem problem,
      SolveResult.Solved solved,
      Duration duration,
      Child child,
      SequencedMap<Baseline, Child> baselines,
      List<FrontierPoint> frontier)
      implements TargetChoice {

    public Chosen {
      baselines = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(baselines));
      frontier = List.copyOf(frontier);
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
