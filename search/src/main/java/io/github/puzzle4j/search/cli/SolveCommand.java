package io.github.puzzle4j.search.cli;

import io.github.puzzle4j.blocklib.Json;
import io.github.puzzle4j.search.progress.Progress;
import io.github.puzzle4j.solver.Candidate;
import io.github.puzzle4j.solver.Selection;
import io.github.puzzle4j.solver.SelectionSolver;
import io.github.puzzle4j.solver.SolveOptions;
import io.github.puzzle4j.solver.SolveResult;
import io.github.puzzle4j.solver.json.AnswerFile;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.StringJoiner;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ObjectNode;

/** Chooses one candidate per layer: the solver alone. */
@Command(
    name = "solve",
    description =
        "Choose one candidate per layer under limits: those of a problem file, or of a run of"
            + " NVIDIA's Puzzletron.",
    showDefaultValues = true)
final class SolveCommand extends AnsweringCommand {

  @Mixin private final SolveSource source = new SolveSource();

  @Option(
      names = "--backend",
      defaultValue = SolveOptions.AUTO,
      description = "cp-sat, scip, highs, cbc, ojalgo, or auto: the first of them that works here.")
  @SuppressWarnings("NullAway.Init") // set by picocli before the call
  private String backend;

  @Option(
      names = "--time-limit",
      paramLabel = "TIME",
      defaultValue = "5m",
      converter = TimeConverter.class,
      description = "After it the best selection so far is the answer: 30s, 5m, 2h.")
  @SuppressWarnings("NullAway.Init") // set by picocli before the call
  private Duration timeLimit;

  @Option(names = "--seed", defaultValue = "1", description = "Of the backend's random choices.")
  private long seed;

  @Override
  Answer answer(Progress progress) throws CliException, IOException {
    SolveInput input = source.read();
    SelectionSolver.requireBackend(backend);
    SolveResult result =
        SelectionSolver.solve(input.problem(), new SolveOptions(backend, timeLimit, seed));
    ObjectNode json = (ObjectNode) Json.mapper().readTree(AnswerFile.toJson(result));
    String more = input.finish(result, json);
    return switch (result) {
      case SolveResult.Solved solved ->
          Answer.success(json, more.isEmpty() ? text(solved) : text(solved) + "\n" + more);
      case SolveResult.Infeasible infeasible ->
          Answer.refusal(
              ExitCode.INFEASIBLE,
              json,
              "%s: infeasible: %s".formatted(input.name(), infeasible.explanation()));
      case SolveResult.Undecided undecided ->
          Answer.refusal(
              ExitCode.FAILURE, json, "%s: %s".formatted(input.name(), undecided.explanation()));
    };
  }

  private static String text(SolveResult.Solved solved) {
    StringJoiner lines = new StringJoiner("\n");
    lines.add(
        String.format(
            Locale.ROOT,
            "%s (%s, %.2f s)",
            solved.explanation(),
            solved.effort().backend(),
            solved.effort().elapsed().toNanos() / 1e9));
    int number = 0;
    for (Selection selection : solved.selections()) {
      number++;
      if (solved.selections().size() > 1) {
        lines.add("solution %d: objective %s".formatted(number, selection.objective()));
      }
      selection.costs().forEach((cost, sum) -> lines.add("%s %s".formatted(cost, sum)));
      selection.chosen().stream().map(Candidate::id).forEach(id -> lines.add("  " + id));
    }
    return lines.toString();
  }
}
