package io.github.puzzle4j.search.cli.search;

import io.github.puzzle4j.search.cli.frame.Answer;
import io.github.puzzle4j.search.cli.frame.CliException;
import io.github.puzzle4j.search.run.Search;
import java.io.IOException;
import picocli.CommandLine.Command;

/** All stages of a plan. */
@Command(
    name = "search",
    description = "Run all stages of a plan, or of a sweep of plans; resumes if it was stopped.",
    showDefaultValues = true)
public final class SearchCommand extends StageCommand {

  @Override
  Answer answer(Search search) throws CliException, IOException {
    return SearchAnswer.of(search.run());
  }

  @Override
  void requireSweeping() {}
}
