package io.github.puzzle4j.search.cli.cost;

import io.github.puzzle4j.scoring.cost.Scenario;
import io.github.puzzle4j.scoring.cost.target.GpuTarget;
import io.github.puzzle4j.scoring.cost.target.GpuTargets;
import io.github.puzzle4j.search.cli.frame.Answer;
import io.github.puzzle4j.search.cli.frame.AnsweringCommand;
import io.github.puzzle4j.search.cli.frame.CliException;
import io.github.puzzle4j.search.progress.Progress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Prices a whole model on one or several GPUs. */
@Command(
    name = "cost",
    description = "Predict what a model costs to serve: throughput, latency and memory.",
    showDefaultValues = true)
public final class CostCommand extends AnsweringCommand {

  @Option(
      names = "--model",
      required = true,
      paramLabel = "CONFIG_OR_DIR",
      description = "A config.json, its folder or a GGUF file; weights are not needed.")
  private Path model;

  @Option(
      names = "--target",
      required = true,
      paramLabel = "GPU",
      description = "A name that 'puzzle4j targets' lists, or a profile's .json file.")
  private String targetName;

  @Option(
      names = "--backend",
      defaultValue = "vllm",
      description = "Serving engine, such as vllm or trtllm.")
  private String backend;

  @Mixin private ScenarioOptions options;

  @Option(
      names = "--measured",
      arity = "1..*",
      paramLabel = "FILE",
      description = {
        "Measurements instead of predictions for the shapes they contain: kernel tables,"
            + " Vidur's CSVs, Puzzletron's subblock_stats.json."
      })
  private List<Path> measured = new ArrayList<>();

  @Option(
      names = "--compare",
      paramLabel = "CONFIG_OR_DIR",
      description =
          "An older model to compare with, such as the teacher: priced the same way, --model is the"
              + " new one.")
  private @Nullable Path other;

  @Option(names = "--layers", description = "List every layer, not runs of equal ones.")
  private boolean everyLayer;

  @Override
  protected Answer answer(Progress progress) throws CliException, IOException {
    GpuTarget target = GpuTargets.load(targetName);
    Pricing pricing =
        new Pricing(target, backend, options, MeasuredFiles.read(measured), options.scenario());
    Pricing.Priced priced = pricing.of(model);
    Optional<Pricing.Priced> compared =
        other == null ? Optional.empty() : Optional.of(pricing.of(other));
    String text = new CostAnswer(target, backend, everyLayer).text(priced, compared);
    return Answer.success(CostAnswer.json(priced, compared), text);
  }

  /** For messages: how many requests of which size. */
  static String requests(Scenario scenario) {
    int requests = scenario.batch();
    return "%d request%s of %d+%d tokens"
        .formatted(
            requests, requests == 1 ? "" : "s", scenario.inputTokens(), scenario.outputTokens());
  }

  /** For messages: bytes in GiB. */
  static String gib(long bytes) {
    return String.format(Locale.ROOT, "%.2f", bytes / (double) (1L << 30));
  }
}
