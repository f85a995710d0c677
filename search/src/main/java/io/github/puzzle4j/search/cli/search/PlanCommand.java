package io.github.puzzle4j.search.cli.search;

import io.github.puzzle4j.blocklib.tensor.ComputeDevice;
import io.github.puzzle4j.search.cli.frame.Answer;
import io.github.puzzle4j.search.cli.frame.AnsweringCommand;
import io.github.puzzle4j.search.cli.frame.CliException;
import io.github.puzzle4j.search.cli.frame.DeviceOption;
import io.github.puzzle4j.search.estimate.Estimator;
import io.github.puzzle4j.search.estimate.PlanEstimate;
import io.github.puzzle4j.search.plan.PlanFile;
import io.github.puzzle4j.search.plan.PlanReader;
import io.github.puzzle4j.search.plan.PlanValueException;
import io.github.puzzle4j.search.plan.SearchPlan;
import io.github.puzzle4j.search.progress.Progress;
import io.github.puzzle4j.search.run.PlanCheck;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ObjectNode;

/** Checks a plan without running it, and says what it will take. */
@Command(
    name = "plan",
    description = "Check a plan, say what it will take, and print it with all defaults filled in.",
    subcommands = {PlanInitCommand.class, PlanSchemaCommand.class})
public final class PlanCommand extends AnsweringCommand {

  @Parameters(arity = "0..1", paramLabel = "PLAN.yaml", description = "The plan.")
  private Optional<Path> named = Optional.empty();

  @Option(
      names = "--no-estimate",
      description = "Do not measure for a few seconds how long each stage will take.")
  private boolean unmeasured;

  @Mixin private SetOption set = new SetOption();

  @Mixin private DeviceOption device = new DeviceOption();

  @Override
  protected Answer answer(Progress progress) throws CliException, IOException {
    Path plan =
        named.orElseThrow(() ->
            new CliException.UserMistake(
                "Missing required parameter: 'PLAN.yaml'; 'puzzle4j plan --help' tells more"));
    PlanFile file = PlanReader.open(plan, set.settings());
    SearchPlan read = file.plan();
    PlanCheck check;
    try {
      check = PlanCheck.of(read, progress);
    } catch (PlanValueException unfit) {
      throw file.located(unfit);
    }
    ObjectNode json = (ObjectNode) PlanReader.tree(read);
    String text = PlanReader.write(read) + PlanText.memory(check.memory());
    Optional<PlanEstimate> estimate = estimate(read, check);
    estimate.ifPresent(some -> json.set("estimate", PlanText.json(some, check.memory())));
    return Answer.success(json, text + estimate.map(PlanText::estimate).orElse(""));
  }

  private Optional<PlanEstimate> estimate(SearchPlan read, PlanCheck check) throws IOException {
    if (unmeasured) {
      return Optional.empty();
    }
    ComputeDevice computes = device.device(device.computing(read.computing()), read.device());
    return Optional.of(Estimator.of(read, check.space(), computes));
  }
}
