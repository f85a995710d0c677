package io.github.puzzle4j.search.cli.bench;

import io.github.puzzle4j.search.bench.solve.BenchReport;
import io.github.puzzle4j.search.report.TextTable;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.StringJoiner;

/** The solver's benchmark as tables for people. */
final class BenchSolveText {

  private BenchSolveText() {}

  static String of(BenchReport report) {
    StringJoiner parts = new StringJoiner("\n\n");
    report.families().forEach((family, made) -> parts.add("%s: %s".formatted(family, made)));
    parts.add(instances(report).toString());
    if (!report.frontiers().isEmpty()) {
      parts.add(frontiers(report).toString());
    }
    if (!report.leftOut().isEmpty()) {
      parts.add("left out, the time was over: " + String.join(", ", report.leftOut()));
    }
    return parts.add(summary(report).toString()).add(startup(report)).toString();
  }

  private static TextTable instances(BenchReport report) {
    TextTable table =
        new TextTable(
            List.of("instance", "fastest plain", "s", "ours s", "ratio", "ojalgo s", "cbc/ojalgo"));
    for (BenchReport.Measured measured : report.instances()) {
      String seconds =
          measured.plain().stream()
              .filter(plain -> measured.fastestPlain().equals(Optional.of(plain.backend())))
              .map(plain -> seconds(plain.seconds(), true))
              .findFirst()
              .orElse("> " + seconds(report.timeLimitSeconds(), true));
      table.add(
          List.of(
              measured.name(),
              measured.fastestPlain().orElse("none"),
              seconds,
              seconds(measured.ours().seconds(), measured.ours().status().equals("optimal")),
              measured.ratio().toString(),
              seconds(measured.ojalgo().seconds(), measured.ojalgo().status().equals("optimal")),
              measured.ojalgoToCbc().toString()));
    }
    return table;
  }

  private static TextTable frontiers(BenchReport report) {
    TextTable table =
        new TextTable(
            List.of("frontier", "points", "proven", "s", "plain", "solves", "plain s", "ratio"));
    for (BenchReport.Frontier frontier : report.frontiers()) {
      table.add(
          List.of(
              frontier.name(),
              Integer.toString(frontier.points()),
              Integer.toString(frontier.proven()),
              seconds(frontier.seconds(), true),
              frontier.plainBackend(),
              Integer.toString(frontier.plainSolves()),
              seconds(frontier.plainSeconds(), frontier.plainSolved() == frontier.plainSolves()),
              frontier.ratio().toString()));
    }
    return table;
  }

  private static TextTable summary(BenchReport report) {
    TextTable table =
        new TextTable(
            List.of(
                "size",
                "instances",
                "unsolved",
                "plain/ours median",
                "worst",
                "cbc/ojalgo median",
                "worst",
                "wrong plain claims",
                "of ours"));
    report
        .summary()
        .forEach((size, summary) ->
            table.add(
                List.of(
                    size,
                    Integer.toString(summary.instances()),
                    Integer.toString(summary.unsolved()),
                    ratio(summary.ratio().median()),
                    ratio(summary.ratio().worst()),
                    ratio(summary.ojalgoToCbc().median()),
                    ratio(summary.ojalgoToCbc().worst()),
                    Integer.toString(summary.wrongPlainClaims()),
                    Integer.toString(summary.wrongOwnClaims()))));
    return table;
  }

  private static String startup(BenchReport report) {
    BenchReport.Startup startup = report.startup();
    return String.format(
        Locale.ROOT,
        "apart from these: JVM %.2f s, native libraries %.2f s, first solve of all %.2f s (%s)%n"
            + "%d processors, %s, %s; median of %d",
        startup.jvmSeconds(),
        startup.nativesSeconds(),
        startup.firstSolveSeconds(),
        startup.firstSolveInstance(),
        report.machine().processors(),
        report.machine().system(),
        report.machine().java(),
        report.repetitions());
  }

  private static String ratio(Optional<Double> ratio) {
    return ratio.map(value -> String.format(Locale.ROOT, "%.2f", value)).orElse("?");
  }

  private static String seconds(double seconds, boolean ended) {
    return String.format(Locale.ROOT, "%s%.3f", ended ? "" : "> ", seconds);
  }
}
