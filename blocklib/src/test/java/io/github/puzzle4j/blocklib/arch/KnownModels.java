package io.github.puzzle4j.blocklib.arch;

import java.util.List;

/** Shapes of published models. */
final class KnownModels {

  private KnownModels() {}

  static Model llama31With8B() {
    return llama(128256, 4096, 14336, 32, new AttentionShape(32, 8, 128), false);
  }

  static Model llama(
      int vocabulary,
      int hidden,
      int intermediate,
      int layers,
      AttentionShape heads,
      boolean tied) {
    CommonParts common =
        new CommonParts(
            "llama",
            vocabulary,
            hidden,
            new RotaryEmbedding(500_000, new RotaryEmbedding.Scaling.Llama3(8, 1, 4, 8192)),
            1e-5,
            131_072,
            tied,
            new SpecialTokens(List.of(), List.of()),
            StoredWeights.PLAIN);
    Layer layer = new Layer(SoftmaxAttention.plain(heads), new GatedFfn(intermediate));
    return Model.uniform(common, layers, layer);
  }
}
