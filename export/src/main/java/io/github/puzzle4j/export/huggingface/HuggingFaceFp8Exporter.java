package io.github.puzzle4j.export.huggingface;

import io.github.puzzle4j.blocklib.arch.Layer;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.checkpoint.CheckpointWriter;
import io.github.puzzle4j.export.CheckpointExporter;
import io.github.puzzle4j.export.ChildModel;
import io.github.puzzle4j.export.ExportSummary;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * {@link HuggingFaceExporter} with the matrices of the layers in FP8: a factor per row, and
 * activations that engines round for each token by itself, so that nothing is calibrated
 * (compressed-tensors).
 */
public final class HuggingFaceFp8Exporter implements CheckpointExporter {

  private final HuggingFaceExporter exporter =
      new HuggingFaceExporter(CheckpointWriter.DEFAULT_SHARD_BYTES, true);

  @Override
  public String name() {
    return "huggingface-fp8";
  }

  @Override
  public Optional<String> objection(Model teacher, int position, Layer layer) {
    return exporter.objection(teacher, position, layer);
  }

  @Override
  public ExportSummary export(ChildModel child, Path directory) throws IOException {
    ExportSummary summary = exporter.export(child, directory);
    List<String> notes = new ArrayList<>(summary.notes());
    notes.add(
        "matrices of the layers are in FP8 with a factor per row, as compressed-tensors has them;"
            + " embeddings, LM head and norms stay in bf16");
    return new ExportSummary(name(), summary.files(), summary.bytes(), notes);
  }
}
