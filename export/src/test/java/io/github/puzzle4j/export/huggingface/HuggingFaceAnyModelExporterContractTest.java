package io.github.puzzle4j.export.huggingface;

import io.github.puzzle4j.export.CheckpointExporter;
import io.github.puzzle4j.export.CheckpointExporterContract;

class HuggingFaceAnyModelExporterContractTest extends CheckpointExporterContract {

  @Override
  protected CheckpointExporter exporter() {
    return new HuggingFaceAnyModelExporter();
  }
}
