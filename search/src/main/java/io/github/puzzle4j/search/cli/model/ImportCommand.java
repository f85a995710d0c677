package io.github.puzzle4j.search.cli.model;

import io.github.puzzle4j.blocklib.Json;
import io.github.puzzle4j.search.cli.frame.Answer;
import io.github.puzzle4j.search.cli.frame.AnsweringCommand;
import io.github.puzzle4j.search.convert.FolderFromGguf;
import io.github.puzzle4j.search.progress.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
  protected Answer answer(Progress progress) throws IOException {
    FolderFromGguf written = FolderFromGguf.write(model, out, progress);
    ObjectNode json = Json.mapper().createObjectNode();
    json.put("folder", out.toString()).put("stored", written.stored().name());
    long bytes = 0;
    ArrayNode names = json.putArray("files");
    for (Path file : written.files()) {
      names.add(out.relativize(file).toString());
      bytes += Files.size(file);
    }
    json.put("bytes", bytes);
    return Answer.success(
        json,
        "%s: %d files, %,d bytes, weights in %s"
            .formatted(out, written.files().size(), bytes, written.stored()));
  }
}
