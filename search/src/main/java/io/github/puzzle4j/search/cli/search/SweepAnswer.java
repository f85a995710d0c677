package io.github.puzzle4j.search.cli.search;

import io.github.puzzle4j.search.cli.frame.Answer;
import io.github.puzzle4j.search.cli.frame.CliException;
import io.github.puzzle4j.search.cli.frame.ExitCode;
import io.github.puzzle4j.search.report.SweepReport;
import io.github.puzzle4j.search.report.SweepReport.Status;
import io.github.puzzle4j.search.report.SweepText;
import io.github.puzzle4j.search.run.RunDirectory;
import io.github.puzzle4j.search.sweep.SweepJson;
import java.util.stream.Collectors;

/** The answer of commands that run or show a sweep. */
final class SweepAnswer {

  private SweepAnswer() {}

  /**
   * The points as a table.
   *
   * @throws CliException if nothing fits the budget of any point
   */
  static Answer of(SweepReport sweep, RunDirectory directory) throws CliException {
    if (sweep.count(Status.OUT_OF_REACH) == sweep.points().size()) {
      throw new CliException.NothingFits(
          sweep.points().stream()
              .map(SweepReport.Point::reason)
              .distinct()
              .collect(Collectors.joining("; ")));
    }
    String text =
        "%s%n%nPoints: %s".formatted(SweepText.of(sweep), directory.root().resolve("points"));
    return new Answer(exitCode(sweep), SweepJson.of(sweep), text);
  }

  /** Of the worst that became of a point. */
  private static ExitCode exitCode(SweepReport sweep) {
    if (sweep.count(Status.FAILED) > 0) {
      return ExitCode.FAILURE;
    }
    if (sweep.count(Status.REFUSED) > 0) {
      return ExitCode.USER_MISTAKE;
    }
    return sweep.count(Status.OUT_OF_REACH) > 0 ? ExitCode.INFEASIBLE : ExitCode.SUCCESS;
  }
}
