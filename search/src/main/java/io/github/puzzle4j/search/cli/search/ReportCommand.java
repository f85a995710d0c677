package io.github.puzzle4j.search.cli.search;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.Json;
import io.github.puzzle4j.search.cli.frame.Answer;
import io.github.puzzle4j.search.cli.frame.AnsweringCommand;
import io.github.puzzle4j.search.cli.frame.CliException;
import io.github.puzzle4j.search.cli.frame.ExitCode;
import io.github.puzzle4j.search.progress.Progress;
import io.github.puzzle4j.search.report.ReportData;
import io.github.puzzle4j.search.report.ReportFile;
import io.github.puzzle4j.search.report.TerminalReport;
import io.github.puzzle4j.search.run.ResultsJson;
import io.github.puzzle4j.search.run.RunDirectory;
import io.github.puzzle4j.search.run.RunPage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ObjectNode;

/** The report of finished runs and sweeps, written again from their data. */
@Command(
    name = "report",
    description = "Show the results of runs and sweeps, and write their page again.")
public final class ReportCommand extends AnsweringCommand {

  private static final String PAGE = "report.html";

  @Parameters(paramLabel = "RUN", arity = "1..*", description = "Folders of runs and sweeps.")
  private List<Path> runs = List.of();

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description =
          "The page; by default report.html in the folder of the run, or here for several.")
  private Optional<Path> out = Optional.empty();

  @Override
  protected Answer answer(Progress progress) throws CliException, IOException {
    List<RunDirectory> directories = runs.stream().map(RunDirectory::new).toList();
    for (RunDirectory directory : directories) {
      requireRun(directory);
    }
    Path page = out.orElseGet(() -> ownPage(directories));
    RunPage.write(page, directories);
    if (directories.size() == 1) {
      Answer only = answer(directories.getFirst());
      return new Answer(only.exitCode(), only.json(), text(only, page));
    }
    ObjectNode json = Json.mapper().createObjectNode();
    json.put("report", page.toString());
    StringJoiner text = new StringJoiner("%n%n".formatted(), "", "%n%nReport: ".formatted() + page);
    for (RunDirectory directory : directories) {
      Answer one = answer(directory);
      json.withArray("runs")
          .addObject()
          .put("run", directory.root().toString())
          .putPOJO("results", one.json());
      text.add("%s%n%n%s".formatted(directory.root(), one.text()));
    }
    return new Answer(ExitCode.SUCCESS, json, text.toString());
  }

  private static String text(Answer answer, Path page) {
    return "%s%nReport: %s".formatted(answer.text().stripTrailing(), page);
  }

  private static Path ownPage(List<RunDirectory> directories) {
    return directories.size() == 1 ? directories.getFirst().report() : Path.of(PAGE);
  }

  private static void requireRun(RunDirectory directory) throws InvalidInputException {
    if (!Files.exists(directory.sweep()) && !Files.exists(directory.figures())) {
      throw new InvalidInputException(
          "%s: no finished run or sweep: there is no %s in it"
              .formatted(directory.root(), directory.figures().getFileName()));
    }
  }

  private static Answer answer(RunDirectory directory) throws CliException, IOException {
    if (Files.exists(directory.sweep())) {
      return SweepAnswer.of(ReportFile.readSweep(directory.sweep()), directory);
    }
    ReportData data = ReportFile.readJson(directory.figures());
    return Answer.success(ResultsJson.of(data, List.of()), TerminalReport.of(data));
  }
}
