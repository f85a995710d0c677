package io.github.puzzle4j.search.demo;

import io.github.puzzle4j.scoring.quality.Evaluation;
import java.util.Locale;
import java.util.Map;

/** Writes the README of a generated teacher. */
final class ModelCard {

  /** Maximum number of points in the table of the loss curve. */
  private static final int CURVE_ROWS = 24;

  private ModelCard() {}

  static String of(TeacherReport report, int vocabularySize) {
    TeacherRecipe recipe = report.recipe();
    StringBuilder card = new StringBuilder();
    card.append(
        """
        ---
        license: apache-2.0
        library_name: puzzle4j
        ---

        # A small teacher for block-wise architecture search

        A Llama-architecture model with %,d parameters (bf16), trained from scratch by puzzle4j on a
        generated corpus of stories, key-value recall, copying, arithmetic and brackets. It allows
        running, measuring and testing a whole search in minutes without a download, and has no other
        use.

        | layers | hidden | intermediate | heads | KV heads | vocabulary | context |
        |---|---|---|---|---|---|---|
        | %d | %d | %d | %d | %d | %d | %d |

        ## Reproduction

        ```
        %s
        ```

        %,d steps of %d x %d tokens (%.1f M tokens).

        ## Held-out accuracy

        On 1,000 documents of the held-out split, which shares no document with training. An answer is
        correct if greedy decoding produces all of its tokens.

        | task | answers | correct |
        |---|---|---|
        """
            .formatted(
                report.parameters(),
                recipe.layers(),
                recipe.hiddenSize(),
                recipe.intermediateSize(),
                recipe.heads(),
                recipe.kvHeads(),
                vocabularySize,
                recipe.tokens(),
                command(recipe),
                recipe.steps(),
                recipe.rows(),
                recipe.tokens(),
                (double) recipe.steps() * recipe.rows() * recipe.tokens() / 1e6));
    for (Map.Entry<String, Evaluation.Answers> task : report.heldOut().tasks().entrySet()) {
      card.append(
          String.format(
              Locale.ROOT,
              "| %s | %d | %.1f %% |%n",
              task.getKey(),
              task.getValue().asked(),
              100 * task.getValue().accuracy()));
    }
    card.append(
        String.format(
            Locale.ROOT,
            "%nLM loss %.4f +- %.4f nats per token (much of the text is random: names, keys and"
                + " values cannot be predicted at their first occurrence).%n%n## Loss curve%n%n"
                + "| steps | training loss |%n|---|---|%n",
            report.heldOut().loss().mean(),
            report.heldOut().loss().standardError()));
    int stride = Math.max(1, report.curve().size() / CURVE_ROWS);
    for (int i = stride - 1; i < report.curve().size(); i += stride) {
      TeacherReport.CurvePoint point = report.curve().get(i);
      card.append(String.format(Locale.ROOT, "| %d | %.3f |%n", point.steps(), point.loss()));
    }
    return card.toString();
  }

  /** The command that reproduces the teacher. */
  static String command(TeacherRecipe recipe) {
    return String.format(
        Locale.ROOT,
        "./puzzle4j train-teacher --out DIR --seed %d --steps %d --batch %d --sequence %d"
            + " --learning-rate %s --precision %s --layers %d --hidden %d --intermediate %d"
            + " --heads %d --kv-heads %d",
        recipe.seed(),
        recipe.steps(),
        recipe.rows(),
        recipe.tokens(),
        recipe.learningRate(),
        recipe.precision().name().toLowerCase(Locale.ROOT),
        recipe.layers(),
        recipe.hiddenSize(),
        recipe.intermediateSize(),
        recipe.heads(),
        recipe.kvHeads());
  }
}
