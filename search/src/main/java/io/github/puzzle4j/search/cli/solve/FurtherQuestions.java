package io.github.puzzle4j.search.cli.solve;

import io.github.puzzle4j.search.cli.frame.CliException;
import io.github.puzzle4j.search.cli.frame.Require;
import io.github.puzzle4j.solver.SelectionProblem;
import io.github.puzzle4j.solver.SolveOptions;
import io.github.puzzle4j.solver.SolveResult;
import io.github.puzzle4j.solver.insight.Resampling;
import io.github.puzzle4j.solver.insight.Sensitivity;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options for further analyses of a problem. */
final class FurtherQuestions {

  private static final int MOST_RESAMPLES = 1_000_000;

  @Option(
      names = "--solutions",
      paramLabel = "K",
      description = "Number of selections, best first; by default the problem's.")
  private @Nullable Integer solutions;

  @Option(
      names = "--diversity",
      paramLabel = "D",
      description = "Minimum share of layers in which each differs from every earlier one.")
  private @Nullable Double diversity;

  @Option(
      names = "--pessimism",
      paramLabel = "Z",
      description = "Optimise scores that are worse by this many of their standard errors.")
  private @Nullable Double pessimism;

  @Option(
      names = "--resamples",
      paramLabel = "N",
      description = "Resample the scores this often, and report what is chosen.")
  private @Nullable Integer resamples;

  @Option(
      names = "--sensitivity",
      description = "Report the price of each limit, and the gain of relaxing it a little.")
  private boolean sensitivity;

  @Option(
      names = "--step",
      paramLabel = "COST=AMOUNT",
      description = "The relaxation of a limit, in its unit; 1 %% of it by default. Repeatable.")
  private @Nullable Map<String, Double> steps;

  /** The problem that is to be solved. */
  SelectionProblem adjusted(SelectionProblem problem) throws CliException {
    SelectionProblem several = problem;
    if (solutions != null || diversity != null) {
      try {
        several =
            problem.withSolutions(
                solutions == null ? problem.solutions() : solutions,
                diversity == null ? problem.diversity() : diversity);
      } catch (IllegalArgumentException e) {
        throw new CliException.UserMistake("--" + e.getMessage());
      }
    }
    return pessimism == null ? several : several.pessimistic(standardErrors());
  }

  /** By how many standard errors scores are worse; 0 for unchanged scores. */
  double standardErrors() {
    return pessimism == null ? 0 : pessimism;
  }

  /** Checks the options before anything is solved. */
  void check(SelectionProblem problem) throws CliException {
    if (!(standardErrors() >= 0 && standardErrors() <= Require.LARGEST)) {
      throw new CliException.UserMistake(
          "--pessimism %s: must be 0 or more".formatted(standardErrors()));
    }
    if (steps != null && !sensitivity) {
      throw new CliException.UserMistake("--step: needs --sensitivity");
    }
    for (Map.Entry<String, Double> step : steps().entrySet()) {
      if (!problem.limits().containsKey(step.getKey())) {
        throw new CliException.UserMistake(
            "--step %s: there is no such limit; there are: %s"
                .formatted(step.getKey(), String.join(", ", problem.limits().keySet())));
      }
      if (!(step.getValue() > 0 && step.getValue() <= Require.LARGEST)) {
        throw new CliException.UserMistake(
            "--step %s=%s: must be over zero".formatted(step.getKey(), step.getValue()));
      }
    }
    if (resamples != null && (resamples < 1 || resamples > MOST_RESAMPLES)) {
      throw new CliException.UserMistake(
          "--resamples %d: must be 1 to %d".formatted(resamples, MOST_RESAMPLES));
    }
  }

  private Map<String, Double> steps() {
    return steps == null ? Map.of() : new LinkedHashMap<>(steps);
  }

  /** The prices of the limits, if requested. */
  Optional<Sensitivity> sensitivity(
      SelectionProblem problem, SolveResult.Solved solved, SolveOptions options) {
    return sensitivity
        ? Optional.of(Sensitivity.of(problem, solved, steps(), options, options.timeLimit()))
        : Optional.empty();
  }

  /**
   * The best selection under resampled scores, if requested and if at least one sample could be
   * solved in the time.
   *
   * @param problem with unchanged scores
   */
  Optional<Resampling> resampling(
      SelectionProblem problem, SolveResult.Solved solved, SolveOptions options) {
    return resamples == null
        ? Optional.empty()
        : Resampling.of(
            problem,
            solved.selection().in(problem),
            resamples,
            options.seed(),
            options,
            options.timeLimit());
  }
}
