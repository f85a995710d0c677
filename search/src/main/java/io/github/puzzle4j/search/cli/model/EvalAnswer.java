package io.github.puzzle4j.search.cli.model;

import io.github.puzzle4j.blocklib.Json;
import io.github.puzzle4j.scoring.quality.Evaluation;
import io.github.puzzle4j.scoring.quality.Metric;
import io.github.puzzle4j.scoring.quality.Score;
import io.github.puzzle4j.search.cli.frame.Template;
import java.util.StringJoiner;
import tools.jackson.databind.node.ObjectNode;

/**
 * The answer of {@code puzzle4j eval}.
 *
 * @param againstTeacher whether a teacher was given
 */
record EvalAnswer(Evaluation evaluation, boolean againstTeacher) {

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
    put(root.putObject("lm_loss"), evaluation.loss());
    root.put("perplexity", evaluation.perplexity());
    root.put("tokens", evaluation.loss().tokens());
    root.putObject("accuracy")
        .put("top1", evaluation.in(Metric.TOP1).mean())
        .put("top5", evaluation.in(Metric.TOP5).mean())
        .put("top10", evaluation.in(Metric.TOP10).mean());
    ObjectNode tasks = root.putObject("tasks");
    evaluation
        .tasks()
        .forEach((name, answers) ->
            tasks
                .putObject(name)
                .put("accuracy", answers.accuracy())
                .put("right", answers.right())
                .put("asked", answers.asked()));
    if (againstTeacher) {
      put(root.putObject("kl"), evaluation.divergence());
    }
    return root;
  }

  private static void put(ObjectNode node, Score score) {
    node.put("mean", score.mean()).put("standard_error", score.standardError());
  }

  String text() {
    ObjectNode json = json();
    StringJoiner lines = new StringJoiner("\n");
    lines.add(Template.fill(json, LOSS));
    if (againstTeacher) {
      lines.add(
          Template.fill(
              json, "KL           {kl.mean:%.4f} ± {kl.standard_error:%.4f} nats per token"));
    }
    lines.add(Template.fill(json, ACCURACY));
    json.get("tasks")
        .forEachEntry((name, answers) ->
            lines.add(
                "%-12s ".formatted(name)
                    + Template.fill(answers, "{accuracy*100:%.2f} % of {asked:%,d} answers")));
    return lines.toString();
  }
}
