package io.github.puzzle4j.export.huggingface;

import io.github.puzzle4j.blocklib.arch.Layer;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.checkpoint.CheckpointWriter;
import io.github.puzzle4j.blocklib.checkpoint.StoredFormat.Matrices;
import java.util.Optional;

/**
 * {@link HuggingFaceExporter} with the matrices of the layers in NVFP4 as ModelOpt writes them:
 * four bits a number, a factor in FP8 for each 16 of a row, and factors of matrices and inputs.
 */
public final class HuggingFaceNvfp4Exporter extends RoundedFolderExporter {

  private static final int BLOCK = CheckpointWriter.NVFP4_BLOCK;

  /** The format {@code huggingface-nvfp4}. */
  public HuggingFaceNvfp4Exporter() {
    super(
        "huggingface-nvfp4",
        Matrices.NVFP4,
        "NVFP4 with factors in FP8 for blocks of 16, as ModelOpt has them");
  }

  @Override
  public Optional<String> objection(Model teacher, int position, Layer layer) {
    Optional<String> objection = super.objection(teacher, position, layer);
    if (objection.isPresent()) {
      return objection;
    }
    int hidden = teacher.hiddenSize();
    return layer.attention().tensors(hidden).values().stream()
        .filter(shape -> shape.size() == 2 && shape.getLast() % BLOCK != 0)
        .map(shape ->
            "%s: rows of %d numbers are not blocks of %d"
                .formatted(layer.attention().id(), shape.getLast(), BLOCK))
        .findFirst();
  }

  @Override
  public boolean needsInputs() {
    return true;
  }
}
