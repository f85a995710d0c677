package io.github.puzzle4j.search.cli.cost;

import io.github.puzzle4j.scoring.cost.kernel.NumberFormat;
import io.github.puzzle4j.search.report.TextTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A measured machine for people. */
final class ProfileText {

  private static final double GIB = 1L << 30;

  private ProfileText() {}

  static String of(ProfileReport report) {
    List<String> parts = new ArrayList<>();
    parts.add(
        String.format(
            Locale.ROOT,
            "%s%nreads %.1f GB/s, multiplies %.0f GFLOP/s, %.1f GiB of memory, %.0f MiB of cache",
            report.machine(),
            report.datasheet().memoryBytesPerSecond() * 1e-9,
            report.datasheet().flopsPerSecond(NumberFormat.BF16) * 1e-9,
            report.datasheet().memoryBytes() / GIB,
            report.datasheet().l2Bytes() / (double) (1L << 20)));
    for (ProfileReport.Engine engine : report.engines()) {
      parts.add(table(engine));
      parts.add(engine.provenance());
    }
    parts.add(
        "written to %s; use it as '--target %s --backend %s', or as 'gpu: %s' in a plan"
            .formatted(
                report.file(), report.file(), report.engines().getLast().backend(), report.file()));
    return String.join("\n\n", parts);
  }

  private static String table(ProfileReport.Engine engine) {
    TextTable table =
        new TextTable(
            List.of(
                engine.backend() + ", " + engine.version(),
                "ms",
                "spread",
                "fitted ms",
                "of bandwidth",
                "of peak"));
    for (ProfileReport.Row row : engine.rows()) {
      table.add(
          List.of(
              row.what(),
              number("%.3f", 1e3 * row.seconds()),
              percent(row.spread()),
              number("%.3f", 1e3 * row.predictedSeconds()),
              percent(row.memoryShare()),
              percent(row.peakShare())));
    }
    return table.toString();
  }

  private static String number(String format, double value) {
    return String.format(Locale.ROOT, format, value);
  }

  private static String percent(double share) {
    return number("%.0f %%", 100 * share);
  }
}
