package io.github.puzzle4j.export.gguf;

import io.github.puzzle4j.blocklib.arch.CommonParts;
import io.github.puzzle4j.blocklib.arch.Layer;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import io.github.puzzle4j.export.CheckpointExporter;
import io.github.puzzle4j.export.ChildModel;
import io.github.puzzle4j.export.ExportSummary;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** {@link GgufExporter} with weights in F32: twice the size, and no rounding anywhere. */
public final class GgufF32Exporter implements CheckpointExporter {

  private final GgufExporter exporter = new GgufExporter(TensorType.F32);

  @Override
  public String name() {
    return "gguf-f32";
  }

  @Override
  public Optional<String> objection(Model teacher, int position, Layer layer) {
    return exporter.objection(teacher, position, layer);
  }

  @Override
  public boolean needsAttention() {
    return exporter.needsAttention();
  }

  @Override
  public void requireCompanions(CommonParts common, Path folder) throws IOException {
    exporter.requireCompanions(common, folder);
  }

  @Override
  public ExportSummary export(ChildModel child, Path directory) throws IOException {
    ExportSummary summary = exporter.export(child, directory);
    return new ExportSummary(name(), summary.files(), summary.bytes(), summary.notes());
  }
}
