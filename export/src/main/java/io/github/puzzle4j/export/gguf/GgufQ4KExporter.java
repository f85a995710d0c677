package io.github.puzzle4j.export.gguf;

/** {@link GgufExporter} with matrices in 4 bits, and 6 where they matter most. */
public final class GgufQ4KExporter extends GgufMixExporter {

  public GgufQ4KExporter() {
    super(GgufMix.Q4_K_M);
  }
}
