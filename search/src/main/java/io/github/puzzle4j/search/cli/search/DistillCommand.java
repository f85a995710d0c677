package io.github.puzzle4j.search.cli.search;

import io.github.puzzle4j.blocklib.Json;
import io.github.puzzle4j.blocklib.library.TrainingStatistics;
import io.github.puzzle4j.search.cli.frame.Answer;
import io.github.puzzle4j.search.report.TextTable;
import io.github.puzzle4j.search.run.Search;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Command;
import tools.jackson.databind.node.ArrayNode;

/** The block library alone. */
@Command(
    name = "distill",
    description = "Train all variants of a plan's search space; goes on where it stopped.",
    showDefaultValues = true)
public final class DistillCommand extends StageCommand {

  @Override
  Answer answer(Search search) throws IOException {
    TextTable table = new TextTable("layer|subblock|variant|loss before|after");
    ArrayNode variants = Json.mapper().createArrayNode();
    for (TrainingStatistics one : search.distill().statistics()) {
      variants
          .addObject()
          .put("layer", one.layer())
          .put("subblock", one.part().id())
          .put("variant", one.variant())
          .put("lossBefore", one.lossBefore())
          .put("lossAfter", one.lossAfter())
          .put("steps", one.steps());
      table.row(
          one.layer(),
          one.part().id(),
          one.variant(),
          String.format(Locale.ROOT, "%.5f", one.lossBefore()),
          String.format(Locale.ROOT, "%.5f", one.lossAfter()));
    }
    return Answer.success(Map.of("variants", variants), table.toString());
  }
}
