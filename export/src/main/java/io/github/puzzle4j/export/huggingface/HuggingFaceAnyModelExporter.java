package io.github.puzzle4j.export.huggingface;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.arch.Layer;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.checkpoint.AnyModelLayout;
import io.github.puzzle4j.blocklib.checkpoint.CheckpointWriter;
import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import io.github.puzzle4j.export.CheckpointExporter;
import io.github.puzzle4j.export.ChildModel;
import io.github.puzzle4j.export.ExportSummary;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A Hugging Face folder in bf16 whose config is that of a child of NVIDIA's Puzzletron, in the
 * layout AnyModel: layers of all families with their windows, and without linear subblocks. The
 * code by which Transformers loads it comes with it.
 */
public final class HuggingFaceAnyModelExporter implements CheckpointExporter {

  /** The format {@code huggingface-anymodel}. */
  public HuggingFaceAnyModelExporter() {}

  @Override
  public String name() {
    return "huggingface-anymodel";
  }

  @Override
  public Optional<String> objection(Model teacher, int position, Layer layer) {
    return AnyModelLayout.objection(layer);
  }

  @Override
  public ExportSummary export(ChildModel child, Path directory) throws IOException {
    Model model = child.model();
    for (int i = 0; i < model.layers().size(); i++) {
      Optional<String> objection = objection(model, i, model.layers().get(i));
      if (objection.isPresent()) {
        throw new InvalidInputException("layer %d, %s".formatted(i, objection.get()));
      }
    }
    return HuggingFaceExporter.write(
        name(),
        child,
        FolderLayout.anyModel(model),
        directory,
        (folder, layout, tensors) ->
            CheckpointWriter.writeAnyModel(
                folder,
                layout.model(),
                tensors,
                TensorType.BF16,
                CheckpointWriter.DEFAULT_SHARD_BYTES));
  }
}
