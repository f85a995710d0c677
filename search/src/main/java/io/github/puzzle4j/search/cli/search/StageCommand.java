package io.github.puzzle4j.search.cli.search;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.arch.Span;
import io.github.puzzle4j.blocklib.tensor.ComputeDevice;
import io.github.puzzle4j.search.cli.frame.Answer;
import io.github.puzzle4j.search.cli.frame.AnsweringCommand;
import io.github.puzzle4j.search.cli.frame.CliException;
import io.github.puzzle4j.search.cli.frame.DeviceOption;
import io.github.puzzle4j.search.plan.Activations;
import io.github.puzzle4j.search.plan.MemorySize;
import io.github.puzzle4j.search.plan.PlanFile;
import io.github.puzzle4j.search.plan.PlanReader;
import io.github.puzzle4j.search.plan.PlanValueException;
import io.github.puzzle4j.search.plan.SearchPlan;
import io.github.puzzle4j.search.plan.SweepFile;
import io.github.puzzle4j.search.progress.Progress;
import io.github.puzzle4j.search.run.Search;
import io.github.puzzle4j.search.sweep.Conditions;
import io.github.puzzle4j.search.sweep.SweepSearch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ObjectNode;

/** A command that runs a search, or the stages of it up to one, in a run directory. */
abstract class StageCommand extends AnsweringCommand {

  @Parameters(paramLabel = "PLAN.yaml", description = "The plan.")
  private Path plan;

  @Option(
      names = "--out",
      defaultValue = "runs/search",
      paramLabel = "RUN",
      description = "Folder of the run.")
  private Path out;

  @Option(
      showDefaultValue = CommandLine.Help.Visibility.NEVER,
      names = "--activation-memory",
      paramLabel = "SIZE",
      converter = ByteSizeConverter.class,
      description = {"Memory limit for activations, such as 2GiB, instead of the plan's."})
  private Optional<MemorySize> activationMemory = Optional.empty();

  @Option(
      showDefaultValue = CommandLine.Help.Visibility.NEVER,
      names = "--activation-disk",
      paramLabel = "SIZE",
      converter = ByteSizeConverter.class,
      description = {"Disk limit for activations, instead of the plan's."})
  private Optional<MemorySize> activationDisk = Optional.empty();

  @Mixin private SetOption set = new SetOption();

  @Mixin private DeviceOption device = new DeviceOption();

  /** Does this command's part of the search. */
  abstract Answer answer(Search search) throws CliException, IOException;

  @Override
  protected String afterInterruption() {
    return "what is finished is in %s; the same command goes on from there".formatted(out);
  }

  @Override
  protected final Answer answer(Progress progress) throws CliException, IOException {
    return switch (PlanReader.document(plan, set.settings())) {
      case PlanFile one -> answer(one, progress);
      case SweepFile several -> sweep(several, progress);
    };
  }

  private Answer answer(PlanFile file, Progress progress) throws CliException, IOException {
    SearchPlan used = used(file.plan());
    try (Search search =
        Search.open(used, out, progress, device.device(used.computing(), used.device()))) {
      search.begin();
      return answer(search);
    } catch (PlanValueException unfit) {
      throw file.located(unfit);
    }
  }

  /** The plan with what the options replace. */
  private SearchPlan used(SearchPlan read) throws InvalidInputException {
    Activations room =
        new Activations(
            activationMemory.orElse(read.activations().memory()),
            activationDisk.orElse(read.activations().disk()));
    return read.withActivations(room).withComputing(device.computing(read.computing()));
  }

  private Answer sweep(SweepFile sweep, Progress progress) throws CliException, IOException {
    requireSweeping();
    try (SweepSearch search = SweepSearch.open(sweep, out, progress, new Options())) {
      Answer answer = SweepAnswer.of(search.run(), search.directory());
      String text = "%s%nReport: %s".formatted(answer.text(), search.directory().report());
      return new Answer(answer.exitCode(), answer.json(), text);
    }
  }

  /**
   * Refuses plans with a sweep.
   *
   * @throws CliException unless this command runs whole searches
   */
  void requireSweeping() throws CliException {
    throw new CliException.UserMistake(
        "%s: has a sweep, which 'puzzle4j search' runs; each point then has a plan of its own in RUN/points"
            .formatted(plan));
  }

  /** What the options ask of every point. */
  private final class Options implements Conditions {

    @Override
    public SearchPlan plan(SearchPlan plan) throws InvalidInputException {
      return used(plan);
    }

    @Override
    public ComputeDevice device(SearchPlan plan) throws InvalidInputException {
      return device.device(plan.computing(), plan.device());
    }
  }

  /** Writes the layers of a span; {@code layers} is for display. */
  static void putLayers(ObjectNode node, Span span) {
    node.put("layer", span.first())
        .put("lastLayer", span.last())
        .put("layers", span.toString().substring(1));
  }
}
