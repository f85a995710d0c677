package io.github.puzzle4j.search.cli.search;

import io.github.puzzle4j.blocklib.AtomicFile;
import io.github.puzzle4j.blocklib.Json;
import io.github.puzzle4j.blocklib.model.ModelFolder;
import io.github.puzzle4j.export.CheckpointExporter;
import io.github.puzzle4j.export.Exporters;
import io.github.puzzle4j.search.cli.frame.Answer;
import io.github.puzzle4j.search.cli.frame.AnsweringCommand;
import io.github.puzzle4j.search.cli.frame.CliException;
import io.github.puzzle4j.search.plan.PlanReader;
import io.github.puzzle4j.search.plan.PlanTemplate;
import io.github.puzzle4j.search.progress.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** A new plan for a checkpoint. */
@Command(
    name = "init",
    description = "Write a plan with every key, its description, and values that fit a checkpoint.",
    showDefaultValues = true)
public final class PlanInitCommand extends AnsweringCommand {

  /** In this order where they can hold the teacher. */
  private static final List<String> FORMATS = List.of("huggingface", "gguf");

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
    String plan;
    try (ModelFolder teacher = ModelFolder.open(model)) {
      plan =
          PlanTemplate.of(
              absolute(model),
              teacher.model(),
              gpus,
              data.stream().map(PlanInitCommand::absolute).toList(),
              formats(teacher));
    }
    // Names of GPUs and texts are the user's.
    PlanReader.parse("plan", absolute(Path.of("")), plan);
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

  private static Path absolute(Path path) {
    return path.toAbsolutePath().normalize();
  }

  /** Those that have no objection to the teacher's own layers. */
  private static List<String> formats(ModelFolder teacher) throws IOException {
    List<String> formats = new ArrayList<>();
    for (String name : FORMATS) {
      CheckpointExporter exporter = Exporters.named(name);
      boolean holds =
          IntStream.range(0, teacher.model().layers().size())
              .allMatch(i ->
                  exporter
                      .objection(teacher.model(), i, teacher.model().layers().get(i))
                      .isEmpty());
      if (holds) {
        formats.add(name);
      }
    }
    return formats;
  }
}
