package io.github.puzzle4j.search.cli.solve;

import io.github.puzzle4j.blocklib.Json;
import io.github.puzzle4j.search.cli.frame.Answer;
import io.github.puzzle4j.search.cli.frame.AnsweringCommand;
import io.github.puzzle4j.search.cli.frame.CliException;
import io.github.puzzle4j.search.cli.frame.ExitCode;
import io.github.puzzle4j.search.progress.Progress;
import io.github.puzzle4j.search.report.SolverText;
import io.github.puzzle4j.solver.SelectionProblem;
import io.github.puzzle4j.solver.SelectionSolver;
import io.github.puzzle4j.solver.SolveOptions;
import io.github.puzzle4j.solver.SolveResult;
import io.github.puzzle4j.solver.insight.Relaxations;
import io.github.puzzle4j.solver.json.AnswerFile;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import tools.jackson.databind.node.ObjectNode;

/** Chooses one candidate per layer: the solver alone. */
@Command(
    name = "solve",
    description =
        "Choose one candidate per layer under limits: those of a problem file, or of a run of"
            + " NVIDIA's Puzzletron.",
    showDefaultValues = true)
public final class SolveCommand extends AnsweringCommand {

  /** Time limit of the search for feasible limits after a problem was infeasible. */
  private static final Duration REMEDY = Duration.ofSeconds(2);

  @Mixin private final SolveSource source = new SolveSource();

  @Mixin private final SolverSettings settings = new SolverSettings();

  @Mixin private final FurtherQuestions questions = new FurtherQuestions();

  @Override
  protected Answer answer(Progress progress) throws CliException, IOException {
    List<SolveInput> inputs = source.read();
    SolveOptions options = settings.options();
    if (inputs.size() == 1) {
      return answer(inputs.getFirst(), options);
    }
    Map<String, Object> json = new LinkedHashMap<>();
    StringJoiner text = new StringJoiner("\n\n");
    StringJoiner complaints = new StringJoiner("; ");
    ExitCode worst = ExitCode.SUCCESS;
    for (SolveInput input : inputs) {
      Answer one = answer(input, options);
      json.put(input.name(), one.json());
      if (!one.text().isEmpty()) {
        text.add(input.name() + "\n" + one.text());
      }
      if (!one.complaint().isEmpty()) {
        complaints.add(one.complaint());
      }
      worst = one.exitCode() == ExitCode.SUCCESS ? worst : one.exitCode();
    }
    return new Answer(worst, Map.of("problems", json), text.toString(), complaints.toString());
  }

  private Answer answer(SolveInput input, SolveOptions options) throws CliException, IOException {
    questions.check(input.problem());
    SelectionProblem asked = questions.adjusted(input.problem());
    SolveResult result = SelectionSolver.solve(asked, options);
    AnswerFile json = AnswerFile.of(result);
    return switch (result) {
      case SolveResult.Solved solved -> {
        String text = text(input.problem(), asked, solved, options, json);
        ObjectNode tree = tree(json);
        String more = input.finish(result, tree);
        yield Answer.success(tree, more.isEmpty() ? text : text + "\n\n" + more);
      }
      case SolveResult.Infeasible infeasible -> {
        Relaxations remedy = Relaxations.of(asked, infeasible.conflict(), options, REMEDY);
        ObjectNode tree = tree(json.with(remedy));
        input.finish(result, tree);
        String line =
            Stream.of(infeasible.explanation(), SolverText.of(remedy))
                .filter(part -> !part.isEmpty())
                .collect(Collectors.joining("; ", input.name() + ": infeasible: ", ""));
        yield Answer.refusal(ExitCode.INFEASIBLE, tree, line);
      }
      case SolveResult.Undecided undecided -> {
        ObjectNode tree = tree(json);
        input.finish(result, tree);
        yield Answer.refusal(
            ExitCode.FAILURE, tree, "%s: %s".formatted(input.name(), undecided.explanation()));
      }
    };
  }

  /** Runs further analyses: returns their text, and adds them to the JSON answer. */
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

  private static ObjectNode tree(AnswerFile answer) {
    return (ObjectNode) Json.mapper().readTree(answer.toJson());
  }
}
