package io.github.puzzle4j.search.cli;

import io.github.puzzle4j.blocklib.Json;
import io.github.puzzle4j.search.progress.Progress;
import io.github.puzzle4j.solver.SelectionProblem;
import io.github.puzzle4j.solver.SelectionSolver;
import io.github.puzzle4j.solver.SolveOptions;
import io.github.puzzle4j.solver.SolveResult;
import io.github.puzzle4j.solver.insight.Remedy;
import io.github.puzzle4j.solver.json.AnswerFile;
import io.github.puzzle4j.solver.json.ProblemFile;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.StringJoiner;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Chooses one candidate per layer: the solver alone, on a problem file. */
@Command(
    name = "solve",
    description = "Choose one candidate per layer under the limits of a problem file.",
    showDefaultValues = true)
final class SolveCommand extends AnsweringCommand {

  /** Beyond it, who has no answer yet wants to know just that. */
  private static final Duration REMEDY = Duration.ofMinutes(1);

  @Parameters(paramLabel = "PROBLEM.json", description = "Candidates, scores, costs and limits.")
  @SuppressWarnings("NullAway.Init") // set by picocli before the call
  private Path problem;

  @Mixin private final SolverSettings settings = new SolverSettings();

  @Mixin private final FurtherQuestions questions = new FurtherQuestions();

  @Override
  Answer answer(Progress progress) throws CliException, IOException {
    SelectionProblem read = ProblemFile.read(problem);
    SolveOptions options = settings.options();
    questions.check(read);
    SelectionProblem asked = questions.adjusted(read);
    SolveResult result = SelectionSolver.solve(asked, options);
    AnswerFile json = AnswerFile.of(result);
    return switch (result) {
      case SolveResult.Solved solved -> {
        String text = text(read, asked, solved, options, json);
        yield Answer.success(tree(json), text);
      }
      case SolveResult.Infeasible infeasible -> {
        Remedy remedy = Remedy.of(asked, infeasible.conflict(), options, REMEDY);
        String line =
            Stream.of(infeasible.explanation(), SolverText.of(remedy))
                .filter(part -> !part.isEmpty())
                .collect(Collectors.joining("; ", problem + ": infeasible: ", ""));
        yield Answer.refusal(ExitCode.INFEASIBLE, tree(json.with(remedy)), line);
      }
      case SolveResult.Undecided undecided ->
          Answer.refusal(
              ExitCode.FAILURE, tree(json), "%s: %s".formatted(problem, undecided.explanation()));
    };
  }

  /** Answers what else was asked, for people as the result and for machines into the file. */
  private String text(
      SelectionProblem read,
      SelectionProblem asked,
      SolveResult.Solved solved,
      SolveOptions options,
      AnswerFile json) {
    StringJoiner text = new StringJoiner("\n\n");
    text.add(SolverText.of(solved));
    if (questions.standardErrors() > 0) {
      List<Double> expected =
          solved.selections().stream().map(chosen -> chosen.in(read).objective()).toList();
      json.withPessimism(questions.standardErrors(), expected);
      text.add(SolverText.pessimism(questions.standardErrors(), expected));
    }
    questions
        .sensitivity(asked, solved, options)
        .ifPresent(sensitivity -> {
          json.with(sensitivity);
          text.add(SolverText.of(sensitivity));
        });
    questions
        .resampling(read, solved, options)
        .ifPresent(resampling -> {
          json.with(resampling);
          text.add(SolverText.of(resampling));
        });
    return text.toString();
  }

  private static Object tree(AnswerFile answer) {
    return Json.mapper().readTree(answer.toJson());
  }
}
