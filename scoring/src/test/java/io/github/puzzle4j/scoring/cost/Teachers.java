package io.github.puzzle4j.scoring.cost;

import io.github.puzzle4j.blocklib.arch.AttentionShape;
import io.github.puzzle4j.blocklib.arch.AttentionTraits;
import io.github.puzzle4j.blocklib.arch.Experts;
import io.github.puzzle4j.blocklib.arch.ModelConfig;
import io.github.puzzle4j.blocklib.arch.RotaryEmbedding;
import io.github.puzzle4j.blocklib.arch.SpecialTokens;
import io.github.puzzle4j.blocklib.arch.StoredWeights;
import java.util.List;
import java.util.random.RandomGenerator;

/** Teachers to price. */
final class Teachers {

  private Teachers() {}

  static ModelConfig llama8b() {
    return config(128256, 4096, 14336, 32, new AttentionShape(32, 8, 128));
  }

  static ModelConfig llama70b() {
    return config(128256, 8192, 28672, 80, new AttentionShape(64, 8, 128));
  }

  /** Qwen3-30B-A3B. */
  static ModelConfig qwen30bA3b() {
    return config(151_936, 2048, 6144, 48, new AttentionShape(32, 4, 128))
        .with(
            new AttentionTraits(
                AttentionTraits.Biases.NONE, AttentionTraits.HeadNorm.QUERY_AND_KEY, 0),
            new Experts(128, 8, 768, 0),
            StoredWeights.PLAIN);
  }

  /** A Llama of 8B with other heads. */
  static ModelConfig withHeads(AttentionShape heads) {
    return config(128_256, 4096, 14_336, 32, heads);
  }

  static ModelConfig small() {
    return config(512, 128, 384, 8, new AttentionShape(8, 4, 16));
  }

  static ModelConfig random(RandomGenerator random) {
    int kvHeads = 1 << random.nextInt(5);
    int heads = kvHeads * (1 + random.nextInt(8));
    int headDim = 16 << random.nextInt(4);
    int hidden = 64 * (1 + random.nextInt(128));
    int intermediate = 32 * (1 + random.nextInt(900));
    return config(
        1000,
        hidden,
        intermediate,
        1 + random.nextInt(40),
        new AttentionShape(heads, kvHeads, headDim));
  }

  private static ModelConfig config(
      int vocabulary, int hidden, int intermediate, int layers, AttentionShape attention) {
    return new ModelConfig(
        "llama",
        vocabulary,
        hidden,
        intermediate,
        layers,
        attention,
        new RotaryEmbedding(500000, new RotaryEmbedding.Scaling.None()),
        1e-5,
        131072,
        false,
        new SpecialTokens(List.of(1), List.of(2)));
  }
}
