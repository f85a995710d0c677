package io.github.puzzle4j.search.convert;

import io.github.puzzle4j.blocklib.InputFile;
import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.checkpoint.Checkpoint;
import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import io.github.puzzle4j.blocklib.gguf.GgufFile;
import io.github.puzzle4j.blocklib.model.GgufImport;
import io.github.puzzle4j.export.huggingface.HuggingFaceExporter;
import io.github.puzzle4j.search.progress.Progress;
import io.github.puzzle4j.search.progress.ProgressTask;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A Hugging Face folder that was written from a GGUF file.
 *
 * @param stored type of its weights: the smallest of bfloat16, float16 and float32 that holds every
 *     number exactly
 * @param files all of them
 */
public record FolderFromGguf(TensorType stored, List<Path> files) {

  public FolderFromGguf {
    files = List.copyOf(files);
  }

  /**
   * Writes one.
   *
   * @throws InvalidInputException if the file is missing, no GGUF file, or of an architecture that
   *     is not computed, in one line
   */
  public static FolderFromGguf write(Path model, Path out, Progress progress) throws IOException {
    InputFile.require(model);
    if (!GgufFile.isOne(model)) {
      throw new InvalidInputException("%s: not a GGUF file".formatted(model));
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
    return new FolderFromGguf(written.stored(), files);
  }
}
