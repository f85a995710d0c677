package io.github.puzzle4j.search.cli.search;

import io.github.puzzle4j.blocklib.train.VariantStatistics;
import io.github.puzzle4j.search.cli.frame.Answer;
import io.github.puzzle4j.search.run.Search;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;

/** The block library alone. */
@Command(
    name = "distill",
    description = "Train all variants of a plan's search space; goes on where it stopped.",
    showDefaultValues = true)
public final class DistillCommand extends StageCommand {

  /** What machines are told. */
  record Distilled(List<VariantStatistics> variants) {

    Distilled {
      variants = List.copyOf(variants);
    }
  }

  @Override
  Answer answer(Search search) throws IOException {
    Distilled distilled = new Distilled(search.distill().statistics());
    StringBuilder text = new StringBuilder("layer  subblock   variant       loss before  after");
    for (VariantStatistics variant : distilled.variants()) {
      text.append(
          String.format(
              Locale.ROOT,
              "%n%5d  %-9s  %-12s  %11.5f  %.5f",
              variant.layer(),
              variant.subblock().id(),
              variant.variant(),
              variant.lossBefore(),
              variant.lossAfter()));
    }
    return Answer.success(distilled, text.toString());
  }
}
