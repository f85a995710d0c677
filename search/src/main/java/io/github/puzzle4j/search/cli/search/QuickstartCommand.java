package io.github.puzzle4j.search.cli.search;

import io.github.puzzle4j.search.cli.frame.Answer;
import io.github.puzzle4j.search.cli.frame.AnsweringCommand;
import io.github.puzzle4j.search.cli.frame.CliException;
import io.github.puzzle4j.search.plan.PlanReader;
import io.github.puzzle4j.search.progress.Progress;
import io.github.puzzle4j.search.run.Search;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The whole search on the small teacher that ships with the project. */
@Command(
    name = "quickstart",
    description = "Search the bundled small teacher for H100 and B200, and write a report.",
    showDefaultValues = true)
public final class QuickstartCommand extends AnsweringCommand {

  /** Set by the launcher: the folder of the project. */
  private static final String HOME = "puzzle4j.home";

  private static final Path PLAN = Path.of("examples", "quickstart.yaml");

  @Option(
      names = "--out",
      defaultValue = "runs/quickstart",
      paramLabel = "RUN",
      description = "Folder of the run.")
  private Path out;

  @Override
  protected String afterInterruption() {
    return "what is finished is in %s; the same command goes on from there".formatted(out);
  }

  @Override
  protected Answer answer(Progress progress) throws CliException, IOException {
    Path plan = Path.of(System.getProperty(HOME, "")).resolve(PLAN);
    if (!Files.exists(plan)) {
      throw new CliException.UserMistake(
          "%s is missing: run quickstart through ./puzzle4j in a clone of the project"
              .formatted(plan));
    }
    try (Search search = Search.open(PlanReader.read(plan), out, progress)) {
      search.begin();
      return SearchAnswer.of(search.run());
    }
  }
}
