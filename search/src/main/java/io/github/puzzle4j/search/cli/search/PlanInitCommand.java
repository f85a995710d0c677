package io.github.puzzle4j.search.cli.search;

import io.github.puzzle4j.blocklib.AtomicFile;
import io.github.puzzle4j.blocklib.Json;
import io.github.puzzle4j.search.api.Plan;
import io.github.puzzle4j.search.cli.frame.Answer;
import io.github.puzzle4j.search.cli.frame.AnsweringCommand;
import io.github.puzzle4j.search.cli.frame.CliException;
import io.github.puzzle4j.search.plan.PlanReader;
import io.github.puzzle4j.search.progress.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** A new plan for a checkpoint. */
@Command(
    name = "init",
    description = "Write a plan with every key, its description, and values that fit a checkpoint.",
    showDefaultValues = true)
public final class PlanInitCommand extends AnsweringCommand {

  @Option(
      names = "--model",
      required = true,
      paramLabel = "DIR_OR_GGUF",
      description = "The teacher.")
  private Path model;

  @Option(
      names = "--target",
      split = ",",
      defaultValue = "h100-sxm",
      paramLabel = "GPU",
      description = "A GPU to search a child for; can be repeated.")
  private List<String> gpus = new ArrayList<>();

  @Option(
      names = "--data",
      showDefaultValue = CommandLine.Help.Visibility.NEVER,
      paramLabel = "FILE_OR_DIR",
      description = "Text for all parts of the search; can be repeated.")
  private List<Path> data = new ArrayList<>();

  @Option(
      names = "--out",
      showDefaultValue = CommandLine.Help.Visibility.NEVER,
      paramLabel = "PLAN.yaml",
      description = "Where to write it, instead of standard output; an existing file is kept.")
  private Optional<Path> out = Optional.empty();

  @Override
  protected Answer answer(Progress progress) throws CliException, IOException {
    for (Path file : data) {
      if (Files.notExists(file)) {
        throw new CliException.UserMistake("--data %s: no such file or folder".formatted(file));
      }
    }
    String plan = Plan.template(model, gpus, data);
    // Names of GPUs and texts are the user's.
    PlanReader.parse("plan", Path.of("").toAbsolutePath(), plan);
    if (out.isEmpty()) {
      return Answer.success(
          Json.mapper().createObjectNode().put("plan", plan), plan.stripTrailing());
    }
    Path file = out.get();
    if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      throw new CliException.UserMistake(
          "--out %s: exists already; choose another name, or remove it".formatted(file));
    }
    AtomicFile.writeString(file, plan);
    return Answer.success(
        Json.mapper().createObjectNode().put("plan", plan).put("file", file.toString()),
        "%s is written; 'puzzle4j plan %s' checks it, and says what it will take."
            .formatted(file, file));
  }
}
