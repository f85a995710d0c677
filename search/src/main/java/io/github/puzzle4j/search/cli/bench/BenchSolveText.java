package io.github.puzzle4j.search.cli.bench;

import io.github.puzzle4j.blocklib.Json;
import io.github.puzzle4j.search.bench.solve.BenchReport;
import io.github.puzzle4j.search.cli.frame.Template;
import io.github.puzzle4j.search.report.TextTable;
import java.util.Locale;
import java.util.Optional;
import java.util.StringJoiner;

/** The solver's benchmark as tables of text. */
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
    TextTable table = new TextTable("instance|fastest plain|s|ours s|ratio|ojalgo s|cbc/ojalgo");
    for (BenchReport.Measured measured : report.instances()) {
      String seconds =
          measured.plain().stream()
              .filter(plain -> measured.fastestPlain().equals(Optional.of(plain.backend())))
              .map(plain -> seconds(plain.seconds(), true))
              .findFirst()
              .orElse(seconds(report.timeLimitSeconds(), false));
      table.row(
          measured.name(),
          measured.fastestPlain().orElse("none"),
          seconds,
          seconds(measured.ours().seconds(), measured.ours().status().equals("optimal")),
          measured.ratio(),
          seconds(measured.ojalgo().seconds(), measured.ojalgo().status().equals("optimal")),
          measured.ojalgoToCbc());
    }
    return table;
  }

  private static TextTable frontiers(BenchReport report) {
    TextTable table = new TextTable("frontier|points|proven|s|plain|solves|plain s|ratio");
    for (BenchReport.Frontier it : report.frontiers()) {
      table.row(
          it.name(),
          it.points(),
          it.proven(),
          seconds(it.seconds(), true),
          it.plainBackend(),
          it.plainSolves(),
          seconds(it.plainSeconds(), it.plainSolved() == it.plainSolves()),
          it.ratio());
    }
    return table;
  }

  private static TextTable summary(BenchReport report) {
    TextTable table =
        new TextTable(
            "size|instances|unsolved|plain/ours median|worst|cbc/ojalgo median|worst"
                + "|wrong plain claims|of ours");
    report
        .summary()
        .forEach((size, it) ->
            table.row(
                size,
                it.instances(),
                it.unsolved(),
                ratio(it.ratio().median()),
                ratio(it.ratio().worst()),
                ratio(it.ojalgoToCbc().median()),
                ratio(it.ojalgoToCbc().worst()),
                it.wrongPlainClaims(),
                it.wrongOwnClaims()));
    return table;
  }

  private static String startup(BenchReport report) {
    return Template.fill(
        Json.mapper().valueToTree(report),
        """
        not included: JVM {startup.jvm_seconds:%.2f} s, native libraries \
        {startup.natives_seconds:%.2f} s, first solve of all {startup.first_solve_seconds:%.2f} s \
        ({startup.first_solve_instance})
        {machine.processors} processors, {machine.system}, {machine.java}; median of {repetitions}\
        """);
  }

  private static String ratio(Optional<Double> ratio) {
    return ratio.map(value -> String.format(Locale.ROOT, "%.2f", value)).orElse("?");
  }

  private static String seconds(double seconds, boolean ended) {
    return String.format(Locale.ROOT, "%s%.3f", ended ? "" : "> ", seconds);
  }
}
