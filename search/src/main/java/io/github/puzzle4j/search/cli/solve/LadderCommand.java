package io.github.puzzle4j.search.cli.solve;

import io.github.puzzle4j.blocklib.Json;
import io.github.puzzle4j.search.cli.frame.Answer;
import io.github.puzzle4j.search.cli.frame.AnsweringCommand;
import io.github.puzzle4j.search.cli.frame.ExitCode;
import io.github.puzzle4j.search.cli.frame.TimeConverter;
import io.github.puzzle4j.search.progress.Progress;
import io.github.puzzle4j.search.report.SolverText;
import io.github.puzzle4j.search.report.TextTable;
import io.github.puzzle4j.search.run.ProblemPath;
import io.github.puzzle4j.solver.SolveOptions;
import io.github.puzzle4j.solver.SolveResult;
import io.github.puzzle4j.solver.json.SweepFile;
import io.github.puzzle4j.solver.sweep.Ladder;
import io.github.puzzle4j.solver.sweep.Rung;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Solves several problems and keeps the best answer. */
@Command(
    name = "ladder",
    description = "Solve several problem files, such as one per batch size, and keep the best.",
    showDefaultValues = true)
public final class LadderCommand extends AnsweringCommand {

  @Parameters(
      paramLabel = "PROBLEM.json",
      arity = "1..*",
      description = "Problems with comparable objectives; of equal answers the first is kept.")
  private List<Path> problems;

  @Option(
      names = "--rung-time-limit",
      paramLabel = "TIME",
      defaultValue = "1m",
      converter = TimeConverter.class,
      description = "Time limit of one problem; --time-limit is for all together.")
  private Duration rungTimeLimit;

  @Mixin private final SolverSettings settings = new SolverSettings();

  @Override
  protected Answer answer(Progress progress) throws IOException {
    List<Rung> rungs = new ArrayList<>();
    for (Path path : problems) {
      for (Path file : ProblemPath.files(path)) {
        rungs.add(new Rung(file.toString(), ProblemPath.read(file)));
      }
    }
    SolveOptions options = settings.options();
    return answer(Ladder.solve(rungs, options.withTimeLimit(rungTimeLimit), options.timeLimit()));
  }

  private static Answer answer(Ladder ladder) {
    Object json = Json.mapper().readTree(SweepFile.toJson(ladder));
    return ladder
        .best()
        .map(best -> Answer.success(json, text(ladder, best)))
        .orElseGet(() -> {
          Ladder.Step last = ladder.steps().getLast();
          return Answer.refusal(
              ladder.proven() ? ExitCode.INFEASIBLE : ExitCode.FAILURE,
              json,
              "none of %d problems has an answer; %s: %s"
                  .formatted(
                      ladder.steps().size(), last.rung().label(), last.result().explanation()));
        });
  }

  private static String text(Ladder ladder, Ladder.Step best) {
    TextTable table = new TextTable("problem|answer|objective|best");
    for (Ladder.Step step : ladder.steps()) {
      table.row(
          step.rung().label(),
          SolverText.status(step.result()),
          step.solved().map(solved -> SolverText.number(solved.objective())).orElse("-"),
          step.equals(best) ? "*" : "");
    }
    String proof = ladder.proven() ? "proven to be the best of all" : "not proven to be the best";
    String chosen = best.result() instanceof SolveResult.Solved solved ? SolverText.of(solved) : "";
    return "%s%n%s: %s%n%s".formatted(table, best.rung().label(), proof, chosen);
  }
}
