package io.github.puzzle4j.export.huggingface;

import io.github.puzzle4j.blocklib.checkpoint.StoredFormat.Matrices;

/**
 * {@link HuggingFaceExporter} with the matrices of the layers in FP8 as ModelOpt writes them: one
 * factor for each, and one for the activations that it is multiplied with, which matrices that
 * engines join share.
 */
public final class HuggingFaceFp8StaticExporter extends RoundedFolderExporter {

  /** The format {@code huggingface-fp8-static}. */
  public HuggingFaceFp8StaticExporter() {
    super(
        "huggingface-fp8-static",
        Matrices.FP8_STATIC,
        "FP8 with a factor each and one for their inputs, as ModelOpt has them");
  }

  @Override
  public boolean needsInputs() {
    return true;
  }
}
