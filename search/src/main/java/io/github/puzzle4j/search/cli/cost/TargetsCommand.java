package io.github.puzzle4j.search.cli.cost;

import io.github.puzzle4j.scoring.cost.kernel.Datasheet;
import io.github.puzzle4j.scoring.cost.kernel.NumberFormat;
import io.github.puzzle4j.scoring.cost.target.GpuTargets;
import io.github.puzzle4j.search.cli.frame.Answer;
import io.github.puzzle4j.search.cli.frame.AnsweringCommand;
import io.github.puzzle4j.search.progress.Progress;
import io.github.puzzle4j.search.report.TextTable;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;
import picocli.CommandLine.Command;

/** Lists the GPUs that models can be priced on. */
@Command(
    name = "targets",
    description = "List the GPUs that models can be priced on, and how good the predictions are.")
public final class TargetsCommand extends AnsweringCommand {

  @Override
  protected Answer answer(Progress progress) throws IOException {
    TargetsReport report = TargetsReport.of(GpuTargets.all());
    StringJoiner parts = new StringJoiner("\n\n");
    parts.add(datasheets(report).toString());
    report
        .targets()
        .forEach(
            target -> target.backends().forEach(backend -> parts.add(errors(target, backend))));
    return Answer.success(report, parts.toString());
  }

  private static TextTable datasheets(TargetsReport report) {
    TextTable table =
        new TextTable(
            List.of("target", "GPU", "memory", "bandwidth", "dense bf16", "SMs", "backends"));
    for (TargetsReport.Target target : report.targets()) {
      Datasheet sheet = target.datasheet();
      List<String> backends = target.backends().stream().map(TargetsReport.Backend::name).toList();
      table.add(
          List.of(
              target.name(),
              target.title(),
              String.format(Locale.ROOT, "%.0f GiB", sheet.memoryBytes() / (double) (1L << 30)),
              String.format(Locale.ROOT, "%.2f TB/s", sheet.memoryBytesPerSecond() / 1e12),
              String.format(
                  Locale.ROOT, "%.0f TFLOP/s", sheet.flopsPerSecond(NumberFormat.BF16) / 1e12),
              String.format(Locale.ROOT, "%d", sheet.multiprocessors()),
              String.join(", ", backends)));
    }
    return table;
  }

  private static String errors(TargetsReport.Target target, TargetsReport.Backend backend) {
    StringJoiner lines = new StringJoiner("\n");
    lines.add(
        "%s, %s %s: errors that nine predictions in ten stay below"
            .formatted(target.name(), backend.name(), backend.version()));
    for (TargetsReport.OperationError error : backend.operations()) {
      lines.add(
          String.format(
              Locale.ROOT,
              "  %-18s %-5s %5.1f %%  %s",
              error.operation(),
              error.precision(),
              100 * error.p90(),
              error.provenance()));
    }
    lines.add("  datasheet: " + target.datasheet().source());
    return lines.toString();
  }
}
