package io.github.puzzle4j.search.cli.model;

import io.github.puzzle4j.blocklib.Json;
import io.github.puzzle4j.scoring.quality.Metric;
import io.github.puzzle4j.scoring.quality.Score;
import io.github.puzzle4j.scoring.task.TaskResult;
import io.github.puzzle4j.search.cli.frame.Template;
import io.github.puzzle4j.search.evaluate.ModelMeasurement;
import java.util.Locale;
import java.util.StringJoiner;
import tools.jackson.databind.node.ObjectNode;

/** The answer of {@code puzzle4j eval}. */
record EvalAnswer(ModelMeasurement measurement) {

  private static final String LOSS =
      """
      LM loss      {lm_loss.mean:%.4f} ± {lm_loss.standard_error:%.4f} nats per token over {tokens:%,d} tokens
      perplexity   {perplexity:%.4g}\
      """;

  private static final String ACCURACY =
      "accuracy     {accuracy.top1*100:%.2f} %, among the likeliest 5 {accuracy.top5*100:%.2f} %,"
          + " 10 {accuracy.top10*100:%.2f} %";

  ObjectNode json() {
    ObjectNode root = Json.mapper().createObjectNode();
    measurement
        .text()
        .ifPresent(measured -> {
          put(root.putObject("lm_loss"), measured.loss());
          root.put("perplexity", measured.perplexity());
          root.put("tokens", measured.loss().tokens());
          root.putObject("accuracy")
              .put("top1", measured.in(Metric.TOP1).mean())
              .put("top5", measured.in(Metric.TOP5).mean())
              .put("top10", measured.in(Metric.TOP10).mean());
        });
    ObjectNode asked = root.putObject("tasks");
    measurement
        .text()
        .ifPresent(measured ->
            measured
                .tasks()
                .forEach((name, answers) ->
                    asked
                        .putObject(name)
                        .put("accuracy", answers.accuracy())
                        .put("right", answers.right())
                        .put("asked", answers.asked())));
    measurement.questions().forEach((name, result) -> put(asked.putObject(name), result));
    measurement
        .text()
        .ifPresent(measured -> {
          if (measured.metrics().containsKey(Metric.KL_DIVERGENCE)) {
            put(root.putObject(Metric.KL_DIVERGENCE.id()), measured.divergence());
          }
          measurement
              .more()
              .forEach(metric -> put(root.putObject(metric.id()), measured.in(metric)));
        });
    return root;
  }

  private static void put(ObjectNode node, Score score) {
    node.put("mean", score.mean()).put("standard_error", score.standardError());
  }

  private static void put(ObjectNode node, TaskResult result) {
    node.put("kind", result.kind().name().toLowerCase(Locale.ROOT))
        .put("accuracy", result.accuracy())
        .put("standard_error", result.standardError(result.accuracy()));
    result
        .accuracyByLength()
        .ifPresent(share ->
            node.put("accuracy_by_length", share)
                .put("standard_error_by_length", result.standardError(share)));
    node.put("right", result.right()).put("asked", result.asked());
  }

  String text() {
    ObjectNode json = json();
    StringJoiner lines = new StringJoiner("\n");
    measurement
        .text()
        .ifPresent(measured -> {
          lines.add(Template.fill(json, LOSS));
          if (json.has("kl")) {
            lines.add(
                Template.fill(
                    json, "KL           {kl.mean:%.4f} ± {kl.standard_error:%.4f} nats per token"));
          }
          for (Metric metric : measurement.more()) {
            lines.add(
                "%-12s ".formatted(metric.label())
                    + Template.fill(
                        json.get(metric.id()),
                        "{mean:%.4f} ± {standard_error:%.4f} " + metric.unit()));
          }
          lines.add(Template.fill(json, ACCURACY));
        });
    json.get("tasks")
        .forEachEntry((name, answers) ->
            lines.add(
                "%-12s ".formatted(name)
                    + Template.fill(answers, "{accuracy*100:%.2f} % of {asked:%,d} answers")
                    + (answers.has("accuracy_by_length")
                        ? Template.fill(answers, ", by length {accuracy_by_length*100:%.2f} %")
                        : "")));
    return lines.toString();
  }
}
