package io.github.puzzle4j.export.gguf;

import io.github.puzzle4j.blocklib.arch.CommonParts;
import io.github.puzzle4j.blocklib.arch.Layer;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.export.CheckpointExporter;
import io.github.puzzle4j.export.ChildModel;
import io.github.puzzle4j.export.ExportSummary;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** {@link GgufExporter} with matrices in other types, under a name of its own. */
abstract class GgufMixExporter implements CheckpointExporter {

  private final GgufExporter exporter;
  private final GgufMix mix;

  GgufMixExporter(GgufMix mix) {
    this.mix = mix;
    this.exporter = new GgufExporter(mix);
  }

  @Override
  public final String name() {
    return "gguf-" + mix.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  @Override
  public final Optional<String> objection(Model teacher, int position, Layer layer) {
    return exporter.objection(teacher, position, layer);
  }

  @Override
  public final boolean needsAttention() {
    return exporter.needsAttention();
  }

  @Override
  public final void requireCompanions(CommonParts common, Path folder) throws IOException {
    exporter.requireCompanions(common, folder);
  }

  @Override
  public final ExportSummary export(ChildModel child, Path directory) throws IOException {
    ExportSummary summary = exporter.export(child, directory);
    List<String> notes = new ArrayList<>(summary.notes());
    if (mix.isQuantised()) {
      notes.add(
          "matrices are in %s as llama-quantize mixes types without an importance matrix"
              .formatted(mix));
    }
    return new ExportSummary(name(), summary.files(), summary.bytes(), notes);
  }
}
