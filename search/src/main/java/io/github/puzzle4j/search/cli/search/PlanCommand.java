package io.github.puzzle4j.search.cli.search;

import io.github.puzzle4j.search.cli.frame.Answer;
import io.github.puzzle4j.search.cli.frame.AnsweringCommand;
import io.github.puzzle4j.search.plan.PlanFile;
import io.github.puzzle4j.search.plan.PlanReader;
import io.github.puzzle4j.search.plan.PlanValueException;
import io.github.puzzle4j.search.plan.SearchPlan;
import io.github.puzzle4j.search.progress.Progress;
import io.github.puzzle4j.search.run.Search;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Checks a plan without running it. */
@Command(name = "plan", description = "Check a plan and print it with all defaults filled in.")
public final class PlanCommand extends AnsweringCommand {

  @Parameters(paramLabel = "PLAN.yaml", description = "The plan.")
  private Path plan;

  @Override
  protected Answer answer(Progress progress) throws IOException {
    PlanFile file = PlanReader.open(plan);
    SearchPlan read = file.plan();
    try {
      Search.check(read, progress);
    } catch (PlanValueException unfit) {
      throw file.located(unfit);
    }
    return Answer.success(PlanReader.tree(read), PlanReader.write(read).stripTrailing());
  }
}
