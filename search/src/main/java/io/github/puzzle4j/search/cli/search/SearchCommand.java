package io.github.puzzle4j.search.cli.search;

import io.github.puzzle4j.search.cli.frame.Answer;
import io.github.puzzle4j.search.cli.frame.CliException;
import io.github.puzzle4j.search.run.Search;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** All stages of a plan. */
@Command(
    name = "search",
    description = "Run all stages of a plan, or of a sweep of plans; resumes if it was stopped.",
    showDefaultValues = true)
public final class SearchCommand extends StageCommand {

  @Option(
      names = "--no-estimate",
      description = "Do not measure for a few seconds how long each stage will take.")
  private boolean unmeasured;

  @Override
  Answer answer(Search search) throws CliException, IOException {
    if (!unmeasured) {
      search.estimate();
    }
    return SearchAnswer.of(search.run());
  }

  @Override
  void requireSweeping() {}
}
