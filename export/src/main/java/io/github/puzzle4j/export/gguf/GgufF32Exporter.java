package io.github.puzzle4j.export.gguf;

/** {@link GgufExporter} with matrices in F32: twice the size, and no rounding anywhere. */
public final class GgufF32Exporter extends GgufMixExporter {

  public GgufF32Exporter() {
    super(GgufMix.F32);
  }
}
