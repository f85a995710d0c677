package io.github.puzzle4j.search.cli.model;

import io.github.puzzle4j.blocklib.Json;
import io.github.puzzle4j.scoring.quality.Evaluation;
import io.github.puzzle4j.scoring.quality.Score;
import java.util.Locale;
import java.util.StringJoiner;
import tools.jackson.databind.node.ObjectNode;

/**
 * What {@code puzzle4j eval} answers.
 *
 * @param againstTeacher whether the divergence means something
 */
record EvalAnswer(Evaluation evaluation, boolean againstTeacher) {

  ObjectNode json() {
    ObjectNode root = Json.mapper().createObjectNode();
    put(root.putObject("lm_loss"), evaluation.loss());
    root.put("perplexity", evaluation.perplexity());
    root.put("tokens", evaluation.loss().tokens());
    root.putObject("accuracy")
        .put("top1", evaluation.top1())
        .put("top5", evaluation.top5())
        .put("top10", evaluation.top10());
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
    StringJoiner lines = new StringJoiner("\n");
    lines.add(
        String.format(
            Locale.ROOT,
            "LM loss      %s nats per token over %,d tokens",
            estimate(evaluation.loss()),
            evaluation.loss().tokens()));
    lines.add(String.format(Locale.ROOT, "perplexity   %.4g", evaluation.perplexity()));
    if (againstTeacher) {
      lines.add(
          String.format(
              Locale.ROOT, "KL           %s nats per token", estimate(evaluation.divergence())));
    }
    lines.add(
        String.format(
            Locale.ROOT,
            "accuracy     %.2f %%, among the likeliest 5 %.2f %%, 10 %.2f %%",
            100 * evaluation.top1(),
            100 * evaluation.top5(),
            100 * evaluation.top10()));
    evaluation
        .tasks()
        .forEach((name, answers) ->
            lines.add(
                String.format(
                    Locale.ROOT,
                    "%-12s %.2f %% of %,d answers",
                    name,
                    100 * answers.accuracy(),
                    answers.asked())));
    return lines.toString();
  }

  private static String estimate(Score score) {
    return String.format(Locale.ROOT, "%.4f ± %.4f", score.mean(), score.standardError());
  }
}
