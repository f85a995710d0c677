package io.github.puzzle4j.export.huggingface;

import io.github.puzzle4j.export.CheckpointExporter;
import io.github.puzzle4j.export.CheckpointExporterContract;

class HuggingFaceNvfp4ExporterContractTest extends CheckpointExporterContract {

  @Override
  protected CheckpointExporter exporter() {
    return new HuggingFaceNvfp4Exporter();
  }
}
