package io.github.puzzle4j.export.gguf;

/** {@link GgufExporter} with matrices in 6 bits. */
public final class GgufQ6KExporter extends GgufMixExporter {

  public GgufQ6KExporter() {
    super(GgufMix.Q6_K);
  }
}
