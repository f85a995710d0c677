package io.github.puzzle4j.search.cli.search;

import io.github.puzzle4j.search.cli.frame.Answer;
import io.github.puzzle4j.search.cli.frame.AnsweringCommand;
import io.github.puzzle4j.search.cli.frame.CliException;
import io.github.puzzle4j.search.progress.Progress;
import io.github.puzzle4j.search.report.ReportData;
import io.github.puzzle4j.search.report.ReportFile;
import io.github.puzzle4j.search.report.TerminalReport;
import io.github.puzzle4j.search.run.ResultsJson;
import io.github.puzzle4j.search.run.RunDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** The report of a finished run, written again from its data. */
@Command(name = "report", description = "Show a run's results, and write its page again.")
public final class ReportCommand extends AnsweringCommand {

  @Parameters(paramLabel = "RUN", description = "Folder of the run.")
  private Path run;

  @Override
  protected Answer answer(Progress progress) throws CliException, IOException {
    RunDirectory directory = new RunDirectory(run);
    if (Files.exists(directory.sweep())) {
      return SweepAnswer.of(ReportFile.readSweep(directory.sweep()), directory);
    }
    ReportData data = ReportFile.readJson(directory.figures());
    ReportFile.writeHtml(directory.report(), data);
    return Answer.success(
        ResultsJson.of(data, List.of()), TerminalReport.of(data) + "Report: " + directory.report());
  }
}
