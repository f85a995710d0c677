package io.github.puzzle4j.export.huggingface;

import io.github.puzzle4j.blocklib.checkpoint.StoredFormat.Matrices;

/**
 * {@link HuggingFaceExporter} with the matrices of the layers in FP8: a factor per row, and
 * activations that engines round for each token by itself, so that nothing is calibrated
 * (compressed-tensors).
 */
public final class HuggingFaceFp8Exporter extends RoundedFolderExporter {

  /** The format {@code huggingface-fp8}. */
  public HuggingFaceFp8Exporter() {
    super(
        "huggingface-fp8",
        Matrices.FP8,
        "FP8 with a factor per row, as compressed-tensors has them");
  }
}
