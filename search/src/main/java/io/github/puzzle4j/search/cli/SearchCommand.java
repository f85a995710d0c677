package io.github.puzzle4j.search.cli;

import io.github.puzzle4j.search.plan.PlanReader;
import io.github.puzzle4j.search.progress.Progress;
import io.github.puzzle4j.search.run.Search;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** All stages of a plan. */
@Command(
    name = "search",
    description = "Run all stages of a plan; run again, it goes on where it stopped.",
    showDefaultValues = true)
final class SearchCommand extends AnsweringCommand {

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

  @Override
  Answer answer(Progress progress) throws CliException, IOException {
    Instant began = Instant.now();
    try (Search search = Search.open(PlanReader.read(plan), out, progress)) {
      return SearchAnswer.of(search.run(), Duration.between(began, Instant.now()));
    }
  }
}
