package io.github.puzzle4j.export.gguf;

import io.github.puzzle4j.export.CheckpointExporter;
import io.github.puzzle4j.export.CheckpointExporterContract;

class GgufQ6KExporterContractTest extends CheckpointExporterContract {

  @Override
  protected CheckpointExporter exporter() {
    return new GgufQ6KExporter();
  }
}
