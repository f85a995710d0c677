package io.github.puzzle4j.search.cli.cost;

import io.github.puzzle4j.scoring.cost.kernel.KernelCall;
import io.github.puzzle4j.scoring.cost.table.ProfileCheck;
import io.github.puzzle4j.scoring.cost.table.RelativeErrors;
import io.github.puzzle4j.scoring.cost.target.GpuTarget;
import io.github.puzzle4j.search.report.TextTable;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.annotation.JsonNaming;

/**
 * How well a profile predicts tables, in the JSON that {@code puzzle4j target check --json} prints.
 * Errors are shares of the measured time.
 *
 * @param skipped rows that were not predicted, by the reason
 * @param worst the largest errors first; empty unless asked for
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
record TargetCheckReport(
    String target,
    String backend,
    int rows,
    double median,
    double mape,
    double p90,
    List<Operation> byOperation,
    Map<String, Integer> skipped,
    List<Row> worst) {

  /** The errors of one operation in one number format, both as the table names them. */
  record Operation(
      String operation, String dtype, int rows, double median, double mape, double p90) {}

  /**
   * One prediction.
   *
   * @param row in the table, the first below the header being 1
   */
  @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
  record Row(
      String table,
      long row,
      String operation,
      String dtype,
      String kernelSource,
      String call,
      double measuredMilliseconds,
      double predictedMilliseconds,
      double error) {}

  static TargetCheckReport of(GpuTarget gpu, String backend, ProfileCheck check) {
    RelativeErrors total = check.total();
    return new TargetCheckReport(
        gpu.name(),
        backend,
        total.rows(),
        total.median(),
        total.mape(),
        total.p90(),
        check.byOperation().stream().map(TargetCheckReport::operation).toList(),
        check.skipped(),
        check.worst().stream().map(TargetCheckReport::row).toList());
  }

  private static Operation operation(ProfileCheck.OperationErrors it) {
    RelativeErrors errors = it.errors();
    return new Operation(
        it.operation(), it.dtype(), errors.rows(), errors.median(), errors.mape(), errors.p90());
  }

  private static Row row(ProfileCheck.Prediction it) {
    return new Row(
        it.measured().file(),
        it.measured().row(),
        it.measured().operation(),
        it.measured().dtype(),
        it.measured().kernelSource(),
        call(it.measured().call()),
        1e3 * it.measured().seconds(),
        1e3 * it.seconds(),
        it.error());
  }

  /** The sizes, as the tables name them. */
  private static String call(KernelCall call) {
    return switch (call) {
      case KernelCall.Gemm it -> "m=%d n=%d k=%d".formatted(it.rows(), it.outputs(), it.inputs());
      case KernelCall.PrefillAttention it ->
          "batch=%.0f isl=%d heads=%d kv=%d width=%d window=%d"
              .formatted(
                  it.sequences(),
                  it.tokens(),
                  it.heads().heads(),
                  it.heads().kvHeads(),
                  it.heads().headDim(),
                  it.window());
      case KernelCall.DecodeAttention it ->
          "batch=%d context=%.0f heads=%d kv=%d width=%d window=%d"
              .formatted(
                  it.batch(),
                  it.context(),
                  it.heads().heads(),
                  it.heads().kvHeads(),
                  it.heads().headDim(),
                  it.window());
      case KernelCall.Elementwise it -> "bytes=%.0f".formatted(it.bytes());
      case KernelCall.AllReduce it -> "gpus=%d bytes=%.0f".formatted(it.gpus(), it.bytes());
      case KernelCall.Experts it ->
          "tokens=%d hidden=%d channels=%d topk=%d experts=%d ep=%d"
              .formatted(
                  it.tokens(),
                  it.hidden(),
                  it.channels(),
                  it.chosen(),
                  it.experts(),
                  it.expertParallel());
    };
  }

  String text() {
    StringJoiner parts = new StringJoiner("\n\n");
    TextTable errors =
        new TextTable(List.of("operation", "dtype", "rows", "median", "MAPE", "P90"));
    byOperation.forEach(it -> errors.add(cells(it)));
    errors.add(cells(new Operation("all", "", rows, median, mape, p90)));
    parts.add("%s, %s: errors of predictions\n%s".formatted(target, backend, errors));
    if (!worst.isEmpty()) {
      TextTable rowsTable =
          new TextTable(List.of("worst", "dtype", "measured ms", "predicted ms", "error", "row"));
      worst.forEach(it ->
          rowsTable.add(
              List.of(
                  it.operation() + " " + it.call(),
                  it.dtype(),
                  String.format(Locale.ROOT, "%.4f", it.measuredMilliseconds()),
                  String.format(Locale.ROOT, "%.4f", it.predictedMilliseconds()),
                  percent(it.error()),
                  Long.toString(it.row()))));
      parts.add(rowsTable.toString());
    }
    if (!skipped.isEmpty()) {
      parts.add(skippedText("not predicted", skipped));
    }
    return parts.toString();
  }

  static String skippedText(String title, Map<String, Integer> skipped) {
    StringJoiner lines = new StringJoiner("\n", title + ":\n", "");
    skipped.forEach((reason, count) -> lines.add("  %d rows: %s".formatted(count, reason)));
    return lines.toString();
  }

  static List<String> cells(Operation it) {
    return List.of(
        it.operation(),
        it.dtype(),
        Integer.toString(it.rows()),
        percent(it.median()),
        percent(it.mape()),
        percent(it.p90()));
  }

  static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f %%", 100 * share);
  }
}
