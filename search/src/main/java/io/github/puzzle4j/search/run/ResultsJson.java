package io.github.puzzle4j.search.run;

import io.github.puzzle4j.blocklib.Json;
import io.github.puzzle4j.blocklib.arch.Layer;
import io.github.puzzle4j.blocklib.task.Task;
import io.github.puzzle4j.blocklib.task.TaskCounts;
import io.github.puzzle4j.search.progress.StageTime;
import io.github.puzzle4j.search.report.Estimate;
import io.github.puzzle4j.search.report.ReportData;
import io.github.puzzle4j.search.report.ScoringReport;
import io.github.puzzle4j.search.report.TargetReport;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/** The results of a search as JSON. */
public final class ResultsJson {

  private static final int SCHEMA = 1;

  private ResultsJson() {}

  /** One JSON object. */
  public static ObjectNode of(ReportData report, List<TargetChoice.OutOfReach> outOfReach) {
    ObjectNode root = Json.mapper().createObjectNode();
    root.put("schema", SCHEMA);
    root.put("teacher", report.teacher().name());
    root.put("parameters", report.teacher().parameters());
    targets(root, report.targets(), report.scoring());
    for (TargetChoice.OutOfReach none : outOfReach) {
      ObjectNode node = root.withArray("out_of_reach").addObject();
      node.put("target", none.name());
      node.put("explanation", none.explanation());
    }
    work(root, report.scoring(), report.stages(), report.tasks());
    if (!report.estimated().isEmpty()) {
      ObjectNode estimated = root.putObject("estimated_seconds");
      report.estimated().forEach(one -> estimated.put(one.stage(), seconds(one.duration())));
    }
    return root;
  }

  /** Adds what was found for each target. */
  public static void targets(ObjectNode root, List<TargetReport> targets, ScoringReport scoring) {
    targets.forEach(
        target -> target(root.withArray("targets").addObject(), target, scoring.metric()));
  }

  /** Adds what it took. */
  public static void work(
      ObjectNode root, ScoringReport scoring, List<StageTime> stages, TaskCounts tasks) {
    scoring(root.putObject("scoring"), scoring);
    ObjectNode seconds = root.putObject("stage_seconds");
    Map<String, Duration> times = new LinkedHashMap<>();
    stages.forEach(stage -> times.merge(stage.stage(), stage.duration(), Duration::plus));
    times.forEach((stage, time) -> seconds.put(stage, seconds(time)));
    root.put("total_seconds", times.values().stream().mapToLong(Duration::toMillis).sum() / 1000.0);
    ObjectNode counts = root.putObject("tasks");
    counts(counts.putObject("computed"), tasks.computed());
    counts(counts.putObject("reused"), tasks.reused());
  }

  private static void scoring(ObjectNode node, ScoringReport scoring) {
    node.put("metric", scoring.metric());
    node.put("minimised", scoring.minimised());
    node.put("unit", scoring.unit());
    node.put("replacements", scoring.replacements());
    node.put("measured", scoring.measured());
    node.put("sequences", scoring.sequences());
    node.put("text_sequences", scoring.text());
    node.put("effort", scoring.effort().layerTokens());
    node.put("effort_head", scoring.effort().headTokens());
    node.put("effort_naive", scoring.naive().layerTokens());
    node.put("effort_head_naive", scoring.naive().headTokens());
    scoring.agreement().ifPresent(share -> node.put("agreement", share));
    scoring
        .sums()
        .ifPresent(sums -> {
          ObjectNode compared = node.putObject("sums");
          compared.put("pairs", sums.pairs());
          compared.put("error", sums.error());
          compared.put("bias", sums.bias());
          compared.put("changed_choice", sums.changed());
        });
  }

  private static double seconds(Duration time) {
    return time.toMillis() / 1000.0;
  }

  private static void counts(ObjectNode node, Map<Task.Kind, Integer> counts) {
    counts.forEach((kind, count) -> node.put(kind.name().toLowerCase(Locale.ROOT), count));
  }

  private static void target(ObjectNode node, TargetReport target, String metric) {
    node.put("target", target.target());
    node.put("scenario", target.scenario());
    node.put("budget", target.budget());
    ObjectNode proof = node.putObject("proof");
    proof.put("status", target.proof().status());
    proof.put("objective", target.proof().objective());
    proof.put("bound", target.proof().bound());
    proof.put("gap", target.proof().gap());
    proof.put("seconds", seconds(target.proof().duration()));
    proof.put("backend", target.proof().backend());
    target.truth().ifPresent(truth -> truth(node.putObject("truth"), truth, metric));
    target.served().forEach(speed -> served(node.withArray("served").addObject(), speed));
    target.rows().forEach(row -> row(node.withArray("models").addObject(), row, metric));
  }

  private static void served(ObjectNode node, TargetReport.ServedSpeed served) {
    node.put("engine", served.engine())
        .put("batch", served.batch())
        .put("predicted_speedup", served.predictedSpeedup())
        .put("measured_speedup", served.measuredSpeedup());
    speed(node.putObject("predicted_teacher"), served.predictedTeacher());
    speed(node.putObject("predicted_child"), served.predictedChild());
    speed(node.putObject("measured_teacher"), served.measuredTeacher());
    speed(node.putObject("measured_child"), served.measuredChild());
  }

  private static void speed(ObjectNode node, TargetReport.Speed speed) {
    node.put("tokens_per_second", speed.tokensPerSecond())
        .put("prompt_seconds", speed.promptSeconds())
        .put("token_seconds", speed.tokenSeconds());
  }

  private static void truth(ObjectNode node, TargetReport.Truth truth, String metric) {
    node.put("children", truth.children());
    truth.rounds().forEach(node.withArray("rounds_best_" + metric)::add);
    estimate(node.putObject("sum_choice_" + metric), truth.sumLoss());
    estimate(node.putObject("child_" + metric), truth.childLoss());
    prediction(node.putObject("sum"), truth.sum());
    prediction(node.putObject("model"), truth.model());
  }

  private static void prediction(ObjectNode node, TargetReport.Prediction prediction) {
    node.put("rank_correlation", prediction.rankCorrelation());
    node.put("median_error", prediction.medianError());
    node.put("median_measured_over_predicted", prediction.medianRatio());
  }

  private static void row(ObjectNode node, TargetReport.Row row, String metric) {
    node.put("name", row.label());
    node.put("throughput_tokens_per_second_per_gpu", row.tokensPerSecond());
    node.put("memory_bytes", row.memoryBytes());
    node.put("batch", row.batch());
    node.put("parameters", row.sizes().parameters());
    node.put("weight_bytes", row.sizes().weightBytes());
    node.put("kv_bytes_per_token", row.sizes().kvBytesPerToken());
    node.put("attention_layers", row.sizes().attentionLayers());
    node.put("predicted_" + metric, row.predicted());
    estimate(node.putObject("measured_" + metric), row.measured().loss());
    estimate(node.putObject("kl"), row.measured().kl());
    estimate(node.putObject("lm_loss"), row.measured().lmLoss());
    row.measured()
        .others()
        .forEach(
            (other, value) -> estimate(node.withObjectProperty("others").putObject(other), value));
    ObjectNode tasks = node.putObject("tasks");
    row.measured().taskAccuracy().forEach(tasks::put);
    row.replacements().stream()
        .flatMap(replacement -> replacement.instead().stream())
        .map(Layer::id)
        .forEach(node.withArray("layers")::add);
  }

  private static void estimate(ObjectNode node, Estimate estimate) {
    node.put("mean", estimate.mean());
    node.put("standard_error", estimate.standardError());
  }
}
