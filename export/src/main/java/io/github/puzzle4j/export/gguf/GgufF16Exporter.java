package io.github.puzzle4j.export.gguf;

/** {@link GgufExporter} with matrices in F16, which older builds and processors know better. */
public final class GgufF16Exporter extends GgufMixExporter {

  public GgufF16Exporter() {
    super(GgufMix.F16);
  }
}
