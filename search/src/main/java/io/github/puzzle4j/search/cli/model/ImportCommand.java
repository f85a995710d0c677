package io.github.puzzle4j.search.cli.model;

import io.github.puzzle4j.blocklib.InputFile;
import io.github.puzzle4j.blocklib.Json;
import io.github.puzzle4j.blocklib.checkpoint.Checkpoint;
import io.github.puzzle4j.blocklib.gguf.GgufFile;
import io.github.puzzle4j.blocklib.model.GgufImport;
import io.github.puzzle4j.export.huggingface.HuggingFaceExporter;
import io.github.puzzle4j.search.cli.frame.Answer;
import io.github.puzzle4j.search.cli.frame.AnsweringCommand;
import io.github.puzzle4j.search.cli.frame.CliException;
import io.github.puzzle4j.search.progress.Progress;
import io.github.puzzle4j.search.progress.ProgressTask;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Writes a GGUF file as a Hugging Face folder. */
@Command(
    name = "import",
    description = "Write a GGUF file as a Hugging Face folder, with its tokenizer.")
public final class ImportCommand extends AnsweringCommand {

  @Parameters(
      paramLabel = "MODEL.gguf",
      description =
          "Architecture llama, qwen2, qwen3 or deci; quantised weights are multiplied out.")
  private Path model;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = {
        "Folder to write. Weights are stored in the smallest of bfloat16, float16 and float32 that"
            + " holds every number exactly."
      })
  private Path out;

  @Override
  protected Answer answer(Progress progress) throws CliException, IOException {
    InputFile.require(model);
    if (!GgufFile.isOne(model)) {
      throw new CliException.UserMistake("%s: not a GGUF file".formatted(model));
    }
    GgufImport written;
    try (Checkpoint checkpoint = Checkpoint.open(model);
        ProgressTask task = progress.start("import", 2L * checkpoint.names().size())) {
      written = GgufImport.of(checkpoint, out, _ -> task.step(1));
    }
    List<Path> files = new ArrayList<>(written.files());
    if (written.layersDiffer()) {
      files.addAll(HuggingFaceExporter.writeCode(out));
    }
    ObjectNode json = Json.mapper().createObjectNode();
    json.put("folder", out.toString()).put("stored", written.stored().name());
    long bytes = 0;
    ArrayNode names = json.putArray("files");
    for (Path file : files) {
      names.add(out.relativize(file).toString());
      bytes += Files.size(file);
    }
    json.put("bytes", bytes);
    return Answer.success(
        json,
        "%s: %d files, %,d bytes, weights in %s"
            .formatted(out, files.size(), bytes, written.stored()));
  }
}
