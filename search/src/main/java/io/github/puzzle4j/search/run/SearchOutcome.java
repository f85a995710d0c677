package io.github.puzzle4j.search.run;

import io.github.puzzle4j.search.report.ReportData;
import java.util.List;

/**
 * The results of a whole search.
 *
 * @param report everything that the report shows
 * @param outOfReach targets whose budget nothing fits
 * @param directory where children, report and results are
 */
public record SearchOutcome(
    ReportData report, List<TargetChoice.OutOfReach> outOfReach, RunDirectory directory) {

  public SearchOutcome {
    outOfReach = List.copyOf(outOfReach);
  }
}
