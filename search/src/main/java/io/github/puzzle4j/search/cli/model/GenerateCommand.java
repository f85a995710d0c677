package io.github.puzzle4j.search.cli.model;

import io.github.puzzle4j.blocklib.Json;
import io.github.puzzle4j.blocklib.model.ModelFolder;
import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.Precision;
import io.github.puzzle4j.search.cli.frame.Answer;
import io.github.puzzle4j.search.cli.frame.AnsweringCommand;
import io.github.puzzle4j.search.cli.frame.CliException;
import io.github.puzzle4j.search.cli.frame.DeviceOption;
import io.github.puzzle4j.search.cli.frame.Require;
import io.github.puzzle4j.search.generate.TextGenerator;
import io.github.puzzle4j.search.progress.Progress;
import io.github.puzzle4j.search.progress.ProgressTask;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ObjectNode;

/** Writes a corpus of a model's own texts. */
@Command(
    name = "generate",
    description = "Write text that a model draws from its own distribution, as a corpus.",
    showDefaultValues = true)
public final class GenerateCommand extends AnsweringCommand {

  @Option(
      names = "--model",
      required = true,
      paramLabel = "DIR_OR_GGUF",
      description = "Checkpoint folder or GGUF file, with its tokenizer.")
  private Path model;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FILE",
      description = "JSON Lines to write, each with \"text\"; an existing file is replaced.")
  private Path out;

  @Option(names = "--documents", defaultValue = "256", description = "Number of texts.")
  private int documents;

  @Option(names = "--tokens", defaultValue = "512", description = "Of each text at most.")
  private int tokens;

  @Option(
      names = "--temperature",
      defaultValue = "1",
      description = "Divides logits: below 1 likelier tokens, above 1 less likely ones.")
  private double temperature;

  @Option(names = "--seed", defaultValue = "1", description = "Of the draws.")
  private long seed;

  @Option(names = "--batch", defaultValue = "16", description = "Texts that are written together.")
  private int batch;

  @Option(
      names = "--precision",
      defaultValue = "float32",
      description = "Of matrix products: float32 or bfloat16.")
  private Precision precision;

  @Mixin private DeviceOption device = new DeviceOption();

  @Override
  protected String afterInterruption() {
    return "what was written is beside %s; the same command goes on from there".formatted(out);
  }

  @Override
  protected Answer answer(Progress progress) throws CliException, IOException {
    Require.positive("--documents", documents);
    Require.positive("--tokens", tokens);
    Require.positive("--batch", batch);
    if (!(temperature > 0 && temperature <= 100)) {
      throw new CliException.UserMistake(
          "--temperature %s: must be above 0 and at most 100".formatted(temperature));
    }
    try (ModelFolder folder = ModelFolder.open(model);
        DeviceMemory memory = device.device().memory();
        ProgressTask task = progress.start("generate", documents)) {
      new TextGenerator(documents, tokens, temperature, seed, batch, precision)
          .write(memory, folder, out, task::step);
    }
    ObjectNode json = Json.mapper().createObjectNode();
    json.put("file", out.toString()).put("documents", documents).put("bytes", Files.size(out));
    return Answer.success(
        json, "%s: %,d texts, %,d bytes".formatted(out, documents, Files.size(out)));
  }
}
