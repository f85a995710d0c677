package io.github.puzzle4j.export.gguf;

import io.github.puzzle4j.export.CheckpointExporter;
import io.github.puzzle4j.export.CheckpointExporterContract;

class GgufF16ExporterContractTest extends CheckpointExporterContract {

  @Override
  protected CheckpointExporter exporter() {
    return new GgufF16Exporter();
  }
}
