package io.github.puzzle4j.search.report;

import io.github.puzzle4j.search.estimate.PlanEstimate;
import io.github.puzzle4j.search.progress.DurationText;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The result of a search for the terminal: one table per target. */
public final class TerminalReport {

  private TerminalReport() {}

  /** All targets and the times of the stages, without a line break at the end. */
  public static String of(ReportData data) {
    List<String> parts = new ArrayList<>();
    data.targets().forEach(target -> parts.add(of(target, data.scoring())));
    parts.add(data.scoring().line());
    if (!data.stages().isEmpty()) {
      parts.add(stages(data));
    }
    if (!data.estimated().isEmpty()) {
      parts.add(estimated(data));
    }
    return String.join("\n\n", parts);
  }

  /** One target: its description, table, proof and notes. */
  static String of(TargetReport target, ScoringReport scoring) {
    TextTable table = new TextTable(ResultTable.headings(target));
    target.rows().forEach(row -> table.add(ResultTable.cells(target, row)));
    List<String> lines = new ArrayList<>();
    lines.add("%s: %s; %s".formatted(target.target(), target.scenario(), target.budget()));
    lines.add(table.toString());
    lines.add(sizes(target).toString());
    target.rounded().forEach(format -> lines.add(rounded(format)));
    lines.add(ProofText.of(target.proof()));
    target.truth().ifPresent(truth -> lines.add(TruthText.of(truth, scoring)));
    target.served().forEach(speed -> lines.add(SpeedText.of(speed)));
    target.notes().forEach(note -> lines.add("note: " + note));
    return String.join("\n", lines);
  }

  /** One format of fewer bits, beside which the table has the child. */
  private static String rounded(TargetReport.Rounded format) {
    TargetReport.Quality quality = format.measured();
    return "weights in %s: KL %s, LM loss %s"
        .formatted(
            format.format(), Numbers.estimate(quality.kl()), Numbers.estimate(quality.lmLoss()));
  }

  private static TextTable sizes(TargetReport target) {
    TextTable sizes = new TextTable(ResultTable.sizeHeadings());
    target.rows().stream()
        .filter(row -> !row.repeats())
        .forEach(row -> sizes.add(ResultTable.sizeCells(row)));
    return sizes;
  }

  private static String estimated(ReportData data) {
    return data.estimated().stream()
        .map(stage ->
            "%s %s of %s"
                .formatted(
                    stage.stage(),
                    DurationText.of(PlanEstimate.took(stage.stage(), data.stages())),
                    DurationText.of(stage.duration())))
        .collect(Collectors.joining(", ", "took, of what was estimated before: ", ""));
  }

  private static String stages(ReportData data) {
    Duration total =
        data.stages().stream().map(stage -> stage.duration()).reduce(Duration.ZERO, Duration::plus);
    List<String> times =
        data.stages().stream()
            .map(stage -> stage.stage() + " " + DurationText.of(stage.duration()))
            .toList();
    return "time: %s (%s)".formatted(DurationText.of(total), String.join(", ", times));
  }
}
