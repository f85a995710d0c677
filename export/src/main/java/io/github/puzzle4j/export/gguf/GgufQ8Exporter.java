package io.github.puzzle4j.export.gguf;

/** {@link GgufExporter} with matrices in 8 bits. */
public final class GgufQ8Exporter extends GgufMixExporter {

  public GgufQ8Exporter() {
    super(GgufMix.Q8_0);
  }
}
