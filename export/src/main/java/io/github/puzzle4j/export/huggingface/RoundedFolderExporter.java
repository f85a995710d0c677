package io.github.puzzle4j.export.huggingface;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.arch.Layer;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.checkpoint.CheckpointWriter;
import io.github.puzzle4j.blocklib.checkpoint.StoredFormat.Matrices;
import io.github.puzzle4j.export.CheckpointExporter;
import io.github.puzzle4j.export.ChildModel;
import io.github.puzzle4j.export.ExportSummary;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** {@link HuggingFaceExporter} with the matrices of the layers in fewer bits. */
abstract sealed class RoundedFolderExporter implements CheckpointExporter
    permits HuggingFaceFp8Exporter, HuggingFaceFp8StaticExporter, HuggingFaceNvfp4Exporter {

  private final String name;
  private final String note;
  private final HuggingFaceExporter exporter;

  RoundedFolderExporter(String name, Matrices matrices, String note) {
    this.name = name;
    this.note = note;
    this.exporter = new HuggingFaceExporter(CheckpointWriter.DEFAULT_SHARD_BYTES, matrices);
  }

  @Override
  public final String name() {
    return name;
  }

  @Override
  public Optional<String> objection(Model teacher, int position, Layer layer) {
    return exporter.objection(teacher, position, layer);
  }

  @Override
  public final ExportSummary export(ChildModel child, Path directory) throws IOException {
    Model model = child.model();
    for (int i = 0; i < model.layers().size(); i++) {
      Optional<String> objection = objection(model, i, model.layers().get(i));
      if (objection.isPresent()) {
        throw new InvalidInputException("layer %d, %s".formatted(i, objection.get()));
      }
    }
    ExportSummary summary = exporter.export(child, directory);
    List<String> notes = new ArrayList<>(summary.notes());
    notes.add(
        "matrices of the layers are in %s; embeddings, LM head and norms stay in bf16"
            .formatted(note));
    return new ExportSummary(name, summary.files(), summary.bytes(), notes);
  }
}
