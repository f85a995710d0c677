package io.github.puzzle4j.search.query;

import io.github.puzzle4j.blocklib.arch.Replacement;
import io.github.puzzle4j.blocklib.arch.Span;
import io.github.puzzle4j.blocklib.task.Task;
import io.github.puzzle4j.search.progress.StageTime;
import io.github.puzzle4j.search.report.Estimate;
import io.github.puzzle4j.search.report.ReportData;
import io.github.puzzle4j.search.report.ReportFile;
import io.github.puzzle4j.search.report.SweepReport;
import io.github.puzzle4j.search.report.TargetReport;
import io.github.puzzle4j.search.run.RunDirectory;
import io.github.puzzle4j.solver.Candidate;
import io.github.puzzle4j.solver.SelectionProblem;
import io.github.puzzle4j.solver.json.ProblemFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** Fills the tables from the files of a run directory. */
final class RunRows {

  /** Receives rows. */
  @FunctionalInterface
  interface Sink {
    void add(RunTable table, Object... cells) throws IOException;
  }

  private final RunDirectory directory;
  private final Sink sink;

  RunRows(RunDirectory directory, Sink sink) {
    this.directory = directory;
    this.sink = sink;
  }

  /** All tables that are not in the store. */
  void write() throws IOException {
    if (!Files.exists(directory.sweep())) {
      boolean done = Files.exists(directory.figures());
      sink.add(RunTable.POINTS, "", done ? "done" : "missing", "");
      search("", directory);
      return;
    }
    SweepReport sweep = ReportFile.readSweep(directory.sweep());
    for (SweepReport.Point point : sweep.points()) {
      String status = point.status().name().toLowerCase(Locale.ROOT);
      sink.add(RunTable.POINTS, point.name(), status, point.reason());
      for (int i = 0; i < sweep.axes().size(); i++) {
        sink.add(
            RunTable.POINT_VALUES, point.name(), sweep.axes().get(i).keys(), point.values().get(i));
      }
      search(point.name(), directory.point(point.name()));
    }
  }

  private void search(String point, RunDirectory search) throws IOException {
    for (Path problem : search.problems()) {
      candidates(point, problem);
    }
    if (!Files.exists(search.figures())) {
      return;
    }
    ReportData report = ReportFile.readJson(search.figures());
    for (int i = 0; i < report.targets().size(); i++) {
      target(point, i, report.targets().get(i));
    }
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
    for (StageTime stage : report.stages()) {
      sink.add(RunTable.STAGES, point, stage.stage(), stage.duration().toMillis() / 1e3);
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

  private void candidates(String point, Path file) throws IOException {
    SelectionProblem problem = ProblemFile.read(file);
    String folder = file.getName(file.getNameCount() - 2).toString();
    for (Candidate candidate : problem.candidates()) {
      List<Integer> layers = candidate.layers();
      sink.add(
          RunTable.CANDIDATES,
          point,
          folder,
          candidate.id(),
          layers.getFirst(),
          layers.getLast(),
          candidate.score());
      for (var cost : candidate.costs().entrySet()) {
        sink.add(
            RunTable.CANDIDATE_COSTS,
            point,
            folder,
            candidate.id(),
            cost.getKey(),
            cost.getValue());
      }
    }
  }

  private void target(String point, int number, TargetReport target) throws IOException {
    TargetReport.Proof proof = target.proof();
    sink.add(
        RunTable.TARGETS,
        point,
        target.target(),
        number,
        target.scenario(),
        target.budget(),
        proof.status(),
        proof.objective(),
        proof.bound(),
        proof.duration().toMillis() / 1e3,
        proof.backend());
    for (TargetReport.Row row : target.rows()) {
      model(point, number, row);
    }
    for (TargetReport.FrontierPoint best : target.frontier()) {
      sink.add(RunTable.FRONTIER, point, number, best.tokensPerSecond(), best.predicted());
    }
  }

  private void model(String point, int number, TargetReport.Row row) throws IOException {
    String model = row.kind().label();
    TargetReport.Quality quality = row.measured();
    sink.add(
        RunTable.MODELS,
        point,
        number,
        model,
        row.tokensPerSecond(),
        row.memoryBytes(),
        row.batch(),
        row.sizes().parameters(),
        row.sizes().weightBytes(),
        row.sizes().kvBytesPerToken(),
        row.sizes().attentionLayers(),
        row.predicted(),
        quality.loss().mean(),
        quality.loss().standardError(),
        quality.kl().mean(),
        quality.kl().standardError(),
        quality.lmLoss().mean(),
        quality.lmLoss().standardError());
    for (Replacement replacement : row.replacements()) {
      Span span = replacement.span();
      sink.add(
          RunTable.MODEL_LAYERS,
          point,
          number,
          model,
          span.first(),
          span.last(),
          replacement.variant());
    }
  }
}
