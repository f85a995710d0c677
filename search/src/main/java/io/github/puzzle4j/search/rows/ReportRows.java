package io.github.puzzle4j.search.rows;

import io.github.puzzle4j.blocklib.arch.Replacement;
import io.github.puzzle4j.blocklib.task.Task;
import io.github.puzzle4j.search.estimate.PlanEstimate;
import io.github.puzzle4j.search.progress.StageTime;
import io.github.puzzle4j.search.report.Estimate;
import io.github.puzzle4j.search.report.ReportData;
import io.github.puzzle4j.search.report.ScoringReport;
import io.github.puzzle4j.search.report.TargetReport;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.stream.Stream;

/** The rows of a finished search. */
public final class ReportRows {

  /** In {@code commands}: of no target. */
  private static final int WHOLE_SEARCH = -1;

  private final String point;
  private final ReportData report;
  private final RunTable.Sink sink;

  /** Rows of a search, which is a point of a sweep unless its name is empty. */
  public ReportRows(String point, ReportData report, RunTable.Sink sink) {
    this.point = point;
    this.report = report;
    this.sink = sink;
  }

  /** Writes them. */
  public void write() throws IOException {
    search();
    for (int i = 0; i < report.targets().size(); i++) {
      new TargetRows(point, i, report.targets().get(i), sink).write();
    }
    variants();
    for (ReportData.VariantScore score : report.scores()) {
      Estimate loss = score.score();
      sink.add(
          RunTable.VARIANT_SCORES,
          point,
          score.layer(),
          score.variant(),
          loss.mean(),
          loss.standardError());
    }
    for (ReportData.DistilledVariant one : report.distillation()) {
      sink.add(
          RunTable.DISTILLATION,
          point,
          one.layer(),
          one.variant(),
          one.lossBefore(),
          one.lossAfter());
    }
    work();
  }

  private void search() throws IOException {
    ReportData.Teacher teacher = report.teacher();
    ScoringReport scoring = report.scoring();
    sink.add(
        RunTable.SEARCHES,
        point,
        teacher.name(),
        teacher.parameters(),
        teacher.layers(),
        teacher.hiddenSize(),
        teacher.kvHeads(),
        teacher.ffnChannels(),
        teacher.kvBytesPerToken(),
        scoring.metric(),
        scoring.minimised(),
        scoring.unit(),
        scoring.line());
    for (ReportData.Fact fact : report.facts()) {
      sink.add(RunTable.FACTS, point, fact.name(), fact.value());
    }
    for (TargetReport.Command command : report.commands()) {
      sink.add(RunTable.COMMANDS, point, WHOLE_SEARCH, command.purpose(), command.line());
    }
  }

  private void variants() throws IOException {
    VariantRows variants = new VariantRows(point, sink);
    for (TargetReport target : report.targets()) {
      variants.write(
          Stream.of(
                  target.rows().stream().flatMap(row -> row.replacements().stream()),
                  target.frontier().stream().flatMap(best -> best.replacements().stream()),
                  target.measuredChildren().stream().flatMap(one -> one.replacements().stream()))
              .<Replacement>flatMap(all -> all)
              .toList());
    }
  }

  private void work() throws IOException {
    for (StageTime stage : report.stages()) {
      sink.add(RunTable.STAGES, point, stage.stage(), seconds(stage.duration()));
    }
    for (StageTime stage : report.estimated()) {
      sink.add(
          RunTable.ESTIMATED_STAGES,
          point,
          stage.stage(),
          seconds(stage.duration()),
          seconds(PlanEstimate.took(stage.stage(), report.stages())));
    }
    for (Task.Kind kind : Task.Kind.values()) {
      sink.add(
          RunTable.TASKS,
          point,
          kind.name().toLowerCase(Locale.ROOT),
          report.tasks().computed().getOrDefault(kind, 0),
          report.tasks().reused().getOrDefault(kind, 0));
    }
  }

  static double seconds(Duration duration) {
    return duration.toMillis() / 1e3;
  }
}
