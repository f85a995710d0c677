package io.github.puzzle4j.search.run;

import io.github.puzzle4j.blocklib.arch.Child;
import io.github.puzzle4j.scoring.cost.Measure;
import io.github.puzzle4j.search.plan.Baseline;
import io.github.puzzle4j.solver.Candidate;
import io.github.puzzle4j.solver.Selection;
import io.github.puzzle4j.solver.SelectionProblem;
import io.github.puzzle4j.solver.SelectionSolver;
import io.github.puzzle4j.solver.SolveOptions;
import io.github.puzzle4j.solver.SolveResult;
import io.github.puzzle4j.solver.baseline.Greedy;
import io.github.puzzle4j.solver.baseline.RandomSelection;
import io.github.puzzle4j.solver.baseline.Uniform;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Predicate;

/**
 * The simple choices that a child is compared with (Puzzle, arXiv 2411.19146, section 6.2), at its
 * batch and budget.
 *
 * @param options of the proven ones among them
 */
record BaselineChoices(TargetProblem target, SolveOptions options) {

  /** The choices of these baselines; without those that find nothing within the budget. */
  SequencedMap<Baseline, Child> choose(List<Baseline> baselines) {
    SequencedMap<Baseline, Child> choices = new LinkedHashMap<>();
    for (Baseline baseline : baselines) {
      choice(baseline).ifPresent(selection -> choices.put(baseline, target.child(selection)));
    }
    return choices;
  }

  private Optional<Selection> choice(Baseline baseline) {
    SelectionProblem problem = target.problem();
    return switch (baseline) {
      case GREEDY -> Greedy.select(problem);
      case UNIFORM -> Uniform.select(problem, candidate -> target.replacement(candidate).variant());
      case RANDOM -> RandomSelection.select(problem, options.seed());
      case DEPTH -> bestAmong(candidate -> target.isOwnOrLeftOut(target.replacement(candidate)));
      case OMISSION -> bestAmong(candidate -> target.onlyOmits(target.replacement(candidate)));
      case PARAMETERS -> mostParameters();
      // It measures children, once scores and rounds have shown what effort it may take.
      case EVOLUTION -> Optional.empty();
    };
  }

  private Optional<Selection> bestAmong(Predicate<Candidate> allowed) {
    List<Candidate> some = target.problem().available().stream().filter(allowed).toList();
    if (some.stream().mapToInt(Candidate::firstLayer).distinct().count()
        < target.problem().layers()) {
      return Optional.empty();
    }
    return solved(target.problem().withCandidates(some));
  }

  private Optional<Selection> mostParameters() {
    SelectionProblem problem = target.problem();
    List<Candidate> counted =
        problem.available().stream()
            .map(candidate -> candidate.withScore(-candidate.cost(Measure.PARAMETERS.id())))
            .toList();
    return solved(problem.withCandidates(counted));
  }

  private Optional<Selection> solved(SelectionProblem problem) {
    return switch (SelectionSolver.solve(problem, options)) {
      case SolveResult.Solved solved -> Optional.of(solved.selection());
      case SolveResult.Infeasible _, SolveResult.Undecided _ -> Optional.empty();
    };
  }
}
