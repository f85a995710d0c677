package io.github.puzzle4j.search.cli.search;

import io.github.puzzle4j.blocklib.train.VariantStatistics;
import io.github.puzzle4j.search.cli.frame.Answer;
import io.github.puzzle4j.search.report.TextTable;
import io.github.puzzle4j.search.run.Search;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Command;

/** The block library alone. */
@Command(
    name = "distill",
    description = "Train all variants of a plan's search space; goes on where it stopped.",
    showDefaultValues = true)
public final class DistillCommand extends StageCommand {

  @Override
  Answer answer(Search search) throws IOException {
    List<VariantStatistics> variants = search.distill().statistics();
    TextTable table = new TextTable("layer|subblock|variant|loss before|after");
    for (VariantStatistics variant : variants) {
      table.row(
          variant.layer(),
          variant.subblock().id(),
          variant.variant(),
          String.format(Locale.ROOT, "%.5f", variant.lossBefore()),
          String.format(Locale.ROOT, "%.5f", variant.lossAfter()));
    }
    return Answer.success(Map.of("variants", variants), table.toString());
  }
}
