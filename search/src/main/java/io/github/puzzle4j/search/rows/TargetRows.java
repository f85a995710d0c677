package io.github.puzzle4j.search.rows;

import io.github.puzzle4j.blocklib.arch.Replacement;
import io.github.puzzle4j.search.report.LimitUse;
import io.github.puzzle4j.search.report.MeasuredChild;
import io.github.puzzle4j.search.report.TargetReport;
import java.io.IOException;
import java.util.List;
import java.util.Locale;

/** The rows of one target of a search. */
final class TargetRows {

  private final String point;
  private final int number;
  private final TargetReport target;
  private final RunTable.Sink sink;

  TargetRows(String point, int number, TargetReport target, RunTable.Sink sink) {
    this.point = point;
    this.number = number;
    this.target = target;
    this.sink = sink;
  }

  void write() throws IOException {
    target();
    for (TargetReport.Command command : target.commands()) {
      sink.add(RunTable.COMMANDS, point, number, command.purpose(), command.line());
    }
    for (String note : target.notes()) {
      sink.add(RunTable.NOTES, point, number, note);
    }
    for (LimitUse limit : target.limits()) {
      limit(limit);
    }
    for (TargetReport.Row row : target.rows()) {
      model(row);
    }
    for (TargetReport.Rounded format : target.rounded()) {
      rounded(format);
    }
    frontier();
    measuredChildren();
    if (target.truth().isPresent()) {
      predictors(target.truth().get());
    }
    for (TargetReport.ServedSpeed served : target.served()) {
      served(served, "teacher", served.predictedTeacher(), served.measuredTeacher());
      served(served, "child", served.predictedChild(), served.measuredChild());
    }
  }

  private void target() throws IOException {
    TargetReport.Proof proof = target.proof();
    sink.add(
        RunTable.TARGETS,
        point,
        target.target(),
        number,
        target.scenario(),
        target.budget(),
        target.costSource(),
        target.costErrorP90(),
        proof.status(),
        proof.objective(),
        proof.bound(),
        ReportRows.seconds(proof.duration()),
        proof.backend());
  }

  private void limit(LimitUse limit) throws IOException {
    sink.add(
        RunTable.LIMITS,
        point,
        number,
        limit.name(),
        limit.unit(),
        limit.atLeast() ? "min" : "max",
        limit.bound(),
        limit.used(),
        limit.binds());
    for (LimitUse.Gain gain : limit.gains()) {
      sink.add(
          RunTable.LIMIT_GAINS,
          point,
          number,
          limit.name(),
          gain.share(),
          gain.bound(),
          gain.predicted(),
          gain.gain(),
          gain.proven());
    }
  }

  private void model(TargetReport.Row row) throws IOException {
    TargetReport.Quality quality = row.measured();
    sink.add(
        RunTable.MODELS,
        point,
        number,
        row.label(),
        row.kind().name().toLowerCase(Locale.ROOT),
        row.tokensPerSecond(),
        row.tokenSeconds(),
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
    layers(row.label(), row.replacements());
  }

  private void rounded(TargetReport.Rounded format) throws IOException {
    TargetReport.Quality quality = format.measured();
    sink.add(
        RunTable.ROUNDED_CHILDREN,
        point,
        number,
        format.format(),
        quality.kl().mean(),
        quality.kl().standardError(),
        quality.lmLoss().mean(),
        quality.lmLoss().standardError());
  }

  private void frontier() throws IOException {
    for (int i = 0; i < target.frontier().size(); i++) {
      TargetReport.FrontierPoint best = target.frontier().get(i);
      String model = "best " + (i + 1);
      sink.add(
          RunTable.FRONTIER,
          point,
          number,
          model,
          best.tokensPerSecond(),
          best.tokenSeconds(),
          best.memoryBytes(),
          best.predicted());
      layers(model, best.replacements());
    }
  }

  private void measuredChildren() throws IOException {
    for (int i = 0; i < target.measuredChildren().size(); i++) {
      MeasuredChild child = target.measuredChildren().get(i);
      String model = "measured " + (i + 1);
      sink.add(
          RunTable.MEASURED_CHILDREN,
          point,
          number,
          model,
          child.tokensPerSecond(),
          child.tokenSeconds(),
          child.memoryBytes(),
          child.predicted(),
          child.loss().mean(),
          child.loss().standardError());
      layers(model, child.replacements());
    }
  }

  private void layers(String model, List<Replacement> replacements) throws IOException {
    for (Replacement replacement : replacements) {
      sink.add(
          RunTable.MODEL_LAYERS,
          point,
          number,
          model,
          replacement.span().first(),
          replacement.span().last(),
          replacement.variant());
    }
  }

  private void predictors(TargetReport.Truth truth) throws IOException {
    predictor("sum of scores", truth.children(), truth.sum());
    predictor("fitted model", truth.children(), truth.model());
  }

  private void predictor(String name, int children, TargetReport.Prediction prediction)
      throws IOException {
    sink.add(
        RunTable.PREDICTORS,
        point,
        number,
        name,
        children,
        prediction.rankCorrelation(),
        prediction.medianError(),
        prediction.medianRatio());
  }

  private void served(
      TargetReport.ServedSpeed served,
      String model,
      TargetReport.Speed predicted,
      TargetReport.Speed measured)
      throws IOException {
    sink.add(
        RunTable.SERVED,
        point,
        number,
        served.engine(),
        model,
        served.batch(),
        predicted.tokensPerSecond(),
        measured.tokensPerSecond(),
        predicted.promptSeconds(),
        measured.promptSeconds(),
        predicted.tokenSeconds(),
        measured.tokenSeconds());
  }
}
