package io.github.puzzle4j.search.cli.search;

import io.github.puzzle4j.search.cli.frame.Answer;
import io.github.puzzle4j.search.cli.frame.CliException;
import io.github.puzzle4j.search.cli.frame.ExitCode;
import io.github.puzzle4j.search.report.TerminalReport;
import io.github.puzzle4j.search.run.ResultsJson;
import io.github.puzzle4j.search.run.SearchOutcome;
import io.github.puzzle4j.search.run.TargetChoice;
import java.util.stream.Collectors;

/** The answer of commands that run a whole search. */
final class SearchAnswer {

  private SearchAnswer() {}

  /**
   * The results as tables.
   *
   * @throws CliException if nothing fits the budget of any target
   */
  static Answer of(SearchOutcome outcome) throws CliException {
    if (outcome.report().targets().isEmpty()) {
      throw new CliException.NothingFits(
          outcome.outOfReach().stream()
              .map(TargetChoice.OutOfReach::explanation)
              .collect(Collectors.joining("; ")));
    }
    StringBuilder text = new StringBuilder(TerminalReport.of(outcome.report()));
    outcome
        .outOfReach()
        .forEach(none -> text.append("Out of reach: %s%n".formatted(none.explanation())));
    text.append("%nReport: %s".formatted(outcome.directory().report()));
    ExitCode code = outcome.outOfReach().isEmpty() ? ExitCode.SUCCESS : ExitCode.INFEASIBLE;
    return new Answer(
        code, ResultsJson.of(outcome.report(), outcome.outOfReach()), text.toString());
  }
}
