package io.github.puzzle4j.search.cli.solve;

import io.github.puzzle4j.blocklib.Json;
import io.github.puzzle4j.search.cli.frame.Answer;
import io.github.puzzle4j.search.cli.frame.AnsweringCommand;
import io.github.puzzle4j.search.cli.frame.CliException;
import io.github.puzzle4j.search.cli.frame.ExitCode;
import io.github.puzzle4j.search.cli.frame.Require;
import io.github.puzzle4j.search.cli.frame.TimeConverter;
import io.github.puzzle4j.search.progress.Progress;
import io.github.puzzle4j.search.report.SolverText;
import io.github.puzzle4j.search.run.ProblemPath;
import io.github.puzzle4j.solver.SelectionProblem;
import io.github.puzzle4j.solver.SolveOptions;
import io.github.puzzle4j.solver.SolveResult;
import io.github.puzzle4j.solver.json.SweepFile;
import io.github.puzzle4j.solver.sweep.Axis;
import io.github.puzzle4j.solver.sweep.Frontier;
import io.github.puzzle4j.solver.sweep.FrontierPoint;
import io.github.puzzle4j.solver.sweep.FrontierSearch;
import io.github.puzzle4j.solver.sweep.Range;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Trades the objective of a problem against one or two of its limits. */
@Command(
    name = "frontier",
    description = "Solve a problem file at many values of a limit.",
    showDefaultValues = true)
public final class FrontierCommand extends AnsweringCommand {

  private static final int MOST_POINTS = 10_000;

  @Parameters(paramLabel = "PROBLEM.json", description = "Candidates, scores, costs and limits.")
  private Path problem;

  @Option(
      names = "--limit",
      required = true,
      paramLabel = "COST",
      description = "The cost whose limit varies; all others are kept.")
  private String limit;

  @Option(
      names = "--points",
      paramLabel = "N",
      defaultValue = "20",
      description =
          "Number of evenly spaced budgets; with --all, the maximum number of trade-offs.")
  private int points;

  @Option(names = "--all", description = "Every Pareto-optimal trade-off instead.")
  private boolean all;

  @Option(
      names = "--from",
      paramLabel = "A",
      description = "The smallest budget; by default the first feasible one.")
  private @Nullable Double from;

  @Option(
      names = "--to",
      paramLabel = "B",
      description = "The largest budget; by default the first that does not bind.")
  private @Nullable Double to;

  @Option(names = "--limit2", paramLabel = "COST", description = "A second limit, for a grid.")
  private @Nullable String secondLimit;

  @Option(
      names = "--points2",
      paramLabel = "M",
      defaultValue = "10",
      description = "Budgets of the second limit.")
  private int secondPoints;

  @Option(names = "--from2", paramLabel = "A", description = "Its smallest budget.")
  private @Nullable Double secondFrom;

  @Option(names = "--to2", paramLabel = "B", description = "Its largest budget.")
  private @Nullable Double secondTo;

  @Option(
      names = "--point-time-limit",
      paramLabel = "TIME",
      defaultValue = "1m",
      converter = TimeConverter.class,
      description = "Time limit of one point; --time-limit is for all together.")
  private Duration pointTimeLimit;

  @Mixin private final SolverSettings settings = new SolverSettings();

  @Override
  protected Answer answer(Progress progress) throws CliException, IOException {
    SelectionProblem read = ProblemPath.one(problem);
    SolveOptions options = settings.options();
    checkPoints();
    FrontierSearch search =
        FrontierSearch.of(read, options.withTimeLimit(pointTimeLimit), options.timeLimit());
    return answer(frontier(read, search));
  }

  private void checkPoints() throws CliException {
    Require.positive("--points", points);
    Require.positive("--points2", secondPoints);
    long together = secondLimit == null ? points : (long) points * secondPoints;
    if (together > MOST_POINTS) {
      throw new CliException.UserMistake(
          "%d points are too many, at most %d".formatted(together, MOST_POINTS));
    }
    if (secondLimit != null && all) {
      throw new CliException.UserMistake("--all is for one limit, --limit2 for a grid");
    }
    if (limit.equals(secondLimit)) {
      throw new CliException.UserMistake("--limit2 %s: is --limit already".formatted(limit));
    }
  }

  private Frontier frontier(SelectionProblem read, FrontierSearch search)
      throws CliException, IOException {
    Axis axis = Axis.of(read, limit);
    Range range = range("--from", from, "--to", to);
    if (secondLimit != null) {
      Axis second = Axis.of(read, secondLimit);
      Range secondRange = range("--from2", secondFrom, "--to2", secondTo);
      return search.grid(axis, range, points, second, secondRange, secondPoints);
    }
    return all ? search.all(axis, range, points) : search.even(axis, range, points);
  }

  private static Range range(
      String fromOption, @Nullable Double least, String toOption, @Nullable Double most)
      throws CliException {
    if (least != null) {
      Require.number(fromOption, least);
    }
    if (most != null) {
      Require.number(toOption, most);
    }
    if (least != null && most != null && least > most) {
      throw new CliException.UserMistake(
          "%s %s is above %s %s".formatted(fromOption, least, toOption, most));
    }
    return new Range(
        least == null ? Range.ALL.from() : least, most == null ? Range.ALL.to() : most);
  }

  private Answer answer(Frontier frontier) {
    Object json = Json.mapper().readTree(SweepFile.toJson(frontier));
    List<SolveResult> results = frontier.points().stream().map(FrontierPoint::result).toList();
    if (results.stream().anyMatch(SolveResult.Solved.class::isInstance)) {
      return Answer.success(json, SolverText.of(frontier));
    }
    boolean none = frontier.complete();
    String why = results.isEmpty() ? frontier.explanation() : results.getLast().explanation();
    return Answer.refusal(
        none ? ExitCode.INFEASIBLE : ExitCode.FAILURE,
        json,
        "%s: %s%s".formatted(problem, none ? "infeasible: " : "", why));
  }
}
