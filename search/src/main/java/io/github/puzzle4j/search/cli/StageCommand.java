package io.github.puzzle4j.search.cli;

import io.github.puzzle4j.search.plan.PlanReader;
import io.github.puzzle4j.search.progress.Progress;
import io.github.puzzle4j.search.run.Search;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A command that runs a search, or the stages of it up to one, in a run directory. */
abstract class StageCommand extends AnsweringCommand {

  @Parameters(paramLabel = "PLAN.yaml", description = "The plan.")
  @SuppressWarnings("NullAway.Init") // set by picocli before the call
  private Path plan;

  @Option(
      names = "--out",
      defaultValue = "runs/search",
      paramLabel = "RUN",
      description = "Folder of the run.")
  @SuppressWarnings("NullAway.Init") // set by picocli before the call
  private Path out;

  /** Does this command's part of the search. */
  abstract Answer answer(Search search) throws CliException, IOException;

  @Override
  final Answer answer(Progress progress) throws CliException, IOException {
    try (Search search = Search.open(PlanReader.read(plan), out, progress)) {
      return answer(search);
    }
  }
}
