package io.github.puzzle4j.export.gguf;

import io.github.puzzle4j.export.CheckpointExporter;
import io.github.puzzle4j.export.CheckpointExporterContract;

class GgufQ4ExporterContractTest extends CheckpointExporterContract {

  @Override
  protected CheckpointExporter exporter() {
    return new GgufQ4Exporter();
  }
}
