package io.github.puzzle4j.search.cli.cost;

import io.github.puzzle4j.scoring.cost.fit.TargetFit;
import io.github.puzzle4j.scoring.cost.table.RelativeErrors;
import io.github.puzzle4j.search.report.TextTable;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.annotation.JsonNaming;

/**
 * What a fit has found, in the JSON that {@code puzzle4j target fit --json} prints. Errors are
 * shares of the measured time, each on rows of shapes that were held out.
 *
 * @param file the target that was written
 * @param skipped rows that were not fitted, by the reason
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
record TargetFitReport(
    String target,
    String backend,
    String file,
    List<TargetCheckReport.Operation> byOperation,
    Map<String, Integer> skipped) {

  static TargetFitReport of(Path file, String backend, TargetFit fit) {
    return new TargetFitReport(
        fit.target().name(),
        backend,
        file.toString(),
        fit.operations().stream().map(TargetFitReport::operation).toList(),
        fit.skipped());
  }

  private static TargetCheckReport.Operation operation(TargetFit.Operation it) {
    RelativeErrors errors = it.heldOut();
    return new TargetCheckReport.Operation(
        it.operation(), it.dtype(), errors.rows(), errors.median(), errors.mape(), errors.p90());
  }

  String text() {
    StringJoiner parts = new StringJoiner("\n\n");
    if (!byOperation.isEmpty()) {
      TextTable errors =
          new TextTable(List.of("held out", "dtype", "rows", "median", "MAPE", "P90"));
      byOperation.forEach(it -> errors.add(TargetCheckReport.cells(it)));
      parts.add(
          "%s, %s: errors on shapes that were held out\n%s".formatted(target, backend, errors));
    }
    parts.add("wrote " + file);
    if (!skipped.isEmpty()) {
      parts.add(TargetCheckReport.skippedText("not fitted", skipped));
    }
    return parts.toString();
  }
}
