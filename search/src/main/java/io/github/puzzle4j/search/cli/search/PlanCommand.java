package io.github.puzzle4j.search.cli.search;

import io.github.puzzle4j.search.cli.frame.Answer;
import io.github.puzzle4j.search.cli.frame.AnsweringCommand;
import io.github.puzzle4j.search.plan.PlanFile;
import io.github.puzzle4j.search.plan.PlanReader;
import io.github.puzzle4j.search.plan.PlanValueException;
import io.github.puzzle4j.search.plan.SearchPlan;
import io.github.puzzle4j.search.progress.Progress;
import io.github.puzzle4j.search.run.MemoryBounds;
import io.github.puzzle4j.search.run.Search;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Checks a plan without running it. */
@Command(name = "plan", description = "Check a plan and print it with all defaults filled in.")
public final class PlanCommand extends AnsweringCommand {

  private static final double GIB = 1L << 30;

  @Parameters(paramLabel = "PLAN.yaml", description = "The plan.")
  private Path plan;

  @Override
  protected Answer answer(Progress progress) throws IOException {
    PlanFile file = PlanReader.open(plan);
    SearchPlan read = file.plan();
    try {
      MemoryBounds memory = Search.check(read, progress);
      return Answer.success(PlanReader.tree(read), PlanReader.write(read) + comment(memory));
    } catch (PlanValueException unfit) {
      throw file.located(unfit);
    }
  }

  /** Comments, so that the output remains a plan. */
  private static String comment(MemoryBounds memory) {
    return String.format(
        Locale.ROOT,
        """
        # At most in memory, in float32 on a processor, without pages of mapped files:
        # distill  %6.2f GiB
        # score    %6.2f GiB
        # measure  %6.2f GiB
        # repair   %6.2f GiB\
        """,
        memory.distill() / GIB,
        memory.score() / GIB,
        memory.measure() / GIB,
        memory.repair() / GIB);
  }
}
