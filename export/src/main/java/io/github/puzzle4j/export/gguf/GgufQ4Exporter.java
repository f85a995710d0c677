package io.github.puzzle4j.export.gguf;

/** {@link GgufExporter} with matrices in 4 bits with one scale for 32 numbers. */
public final class GgufQ4Exporter extends GgufMixExporter {

  public GgufQ4Exporter() {
    super(GgufMix.Q4_0);
  }
}
