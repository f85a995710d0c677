package io.github.puzzle4j.search.cli.search;

import io.github.puzzle4j.blocklib.Json;
import io.github.puzzle4j.scoring.quality.Metric;
import io.github.puzzle4j.scoring.quality.ReplacementScore;
import io.github.puzzle4j.search.cli.frame.Answer;
import io.github.puzzle4j.search.cli.frame.Template;
import io.github.puzzle4j.search.run.Search;
import java.io.IOException;
import java.util.Map;
import picocli.CommandLine.Command;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The scores alone, after the block library that they need. */
@Command(
    name = "score",
    description = "Score all variants of a plan by replacing one block; resumes if it was stopped.",
    showDefaultValues = true)
public final class ScoreCommand extends StageCommand {

  @Override
  Answer answer(Search search) throws IOException {
    search.distill();
    ArrayNode scores = Json.mapper().createArrayNode();
    for (ReplacementScore one : search.score().all()) {
      ObjectNode node = scores.addObject();
      putLayers(node, one.replacement().span());
      node.put("variant", one.variant());
      node.set("divergence", Json.mapper().valueToTree(one.divergence()));
      node.set("loss", Json.mapper().valueToTree(one.loss()));
      for (Metric metric : one.means().keySet()) {
        if (metric != Metric.KL_DIVERGENCE && metric != Metric.LM_LOSS) {
          node.set(metric.id(), Json.mapper().valueToTree(one.in(metric)));
        }
      }
    }
    return Answer.success(
        Map.of("scores", scores),
        Template.table(
            scores,
            "layer={layers}",
            "variant={variant}",
            "KL (nats)={divergence.mean:%.6f} +- {divergence.standardError:%.6f}",
            "LM loss (nats)={loss.mean:%.4f} +- {loss.standardError:%.4f}"));
  }
}
