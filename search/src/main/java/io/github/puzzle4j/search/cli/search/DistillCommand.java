package io.github.puzzle4j.search.cli.search;

import io.github.puzzle4j.blocklib.Json;
import io.github.puzzle4j.blocklib.library.TrainingStatistics;
import io.github.puzzle4j.search.cli.frame.Answer;
import io.github.puzzle4j.search.cli.frame.Template;
import io.github.puzzle4j.search.run.Search;
import java.io.IOException;
import java.util.Map;
import picocli.CommandLine.Command;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The block library alone. */
@Command(
    name = "distill",
    description = "Train all variants of a plan's search space; resumes if it was stopped.",
    showDefaultValues = true)
public final class DistillCommand extends StageCommand {

  @Override
  Answer answer(Search search) throws IOException {
    ArrayNode variants = Json.mapper().createArrayNode();
    for (TrainingStatistics one : search.distill().statistics()) {
      ObjectNode node = variants.addObject();
      putLayers(node, one.replacement().span());
      node.put("subblock", one.part().id())
          .put("variant", one.variant())
          .put("lossBefore", one.lossBefore())
          .put("lossAfter", one.lossAfter())
          .put("steps", one.steps());
    }
    return Answer.success(
        Map.of("variants", variants),
        Template.table(
            variants,
            "layer={layers}",
            "subblock={subblock}",
            "variant={variant}",
            "loss before={lossBefore:%.5f}",
            "after={lossAfter:%.5f}"));
  }
}
