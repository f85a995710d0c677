package io.github.puzzle4j.scoring.cost;

import io.github.puzzle4j.blocklib.arch.Attention;
import io.github.puzzle4j.blocklib.arch.AttentionShape;
import io.github.puzzle4j.blocklib.arch.CommonParts;
import io.github.puzzle4j.blocklib.arch.ExpertsFfn;
import io.github.puzzle4j.blocklib.arch.Ffn;
import io.github.puzzle4j.blocklib.arch.GatedFfn;
import io.github.puzzle4j.blocklib.arch.Layer;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.arch.RotaryEmbedding;
import io.github.puzzle4j.blocklib.arch.SoftmaxAttention;
import io.github.puzzle4j.blocklib.arch.SpecialTokens;
import io.github.puzzle4j.blocklib.arch.StoredWeights;
import java.util.List;
import java.util.random.RandomGenerator;

/** Teachers to price. */
final class Teachers {

  private Teachers() {}

  static Model llama8b() {
    return llama(128256, 4096, 14336, 32, new AttentionShape(32, 8, 128));
  }

  static Model llama70b() {
    return llama(128256, 8192, 28672, 80, new AttentionShape(64, 8, 128));
  }

  /** Qwen3-30B-A3B. */
  static Model qwen30bA3b() {
    return model(
        151_936,
        2048,
        48,
        new SoftmaxAttention(
            new AttentionShape(32, 4, 128),
            SoftmaxAttention.NO_WINDOW,
            SoftmaxAttention.Biases.NONE,
            SoftmaxAttention.HeadNorm.QUERY_AND_KEY),
        new ExpertsFfn(128, 8, 768, 0));
  }

  /** A Llama of 8B with other heads. */
  static Model withHeads(AttentionShape heads) {
    return llama(128_256, 4096, 14_336, 32, heads);
  }

  static Model small() {
    return llama(512, 128, 384, 8, new AttentionShape(8, 4, 16));
  }

  static Model random(RandomGenerator random) {
    int kvHeads = 1 << random.nextInt(5);
    int heads = kvHeads * (1 + random.nextInt(8));
    int headDim = 16 << random.nextInt(4);
    int hidden = 64 * (1 + random.nextInt(128));
    int channels = 32 * (1 + random.nextInt(900));
    return llama(
        1000,
        hidden,
        channels,
        1 + random.nextInt(40),
        new AttentionShape(heads, kvHeads, headDim));
  }

  /** The attention of a teacher whose layers are all alike. */
  static SoftmaxAttention attention(Model teacher) {
    return teacher.firstSoftmax().orElseThrow();
  }

  /** The FFN of a teacher whose layers are all alike. */
  static Ffn ffn(Model teacher) {
    return teacher.layers().getFirst().ffn();
  }

  private static Model llama(
      int vocabulary, int hidden, int channels, int layers, AttentionShape heads) {
    return model(vocabulary, hidden, layers, SoftmaxAttention.plain(heads), new GatedFfn(channels));
  }

  private static Model model(int vocabulary, int hidden, int layers, Attention attention, Ffn ffn) {
    CommonParts common =
        new CommonParts(
            "llama",
            vocabulary,
            hidden,
            new RotaryEmbedding(500000, new RotaryEmbedding.Scaling.None()),
            1e-5,
            131072,
            false,
            new SpecialTokens(List.of(1), List.of(2)),
            StoredWeights.PLAIN);
    return Model.uniform(common, layers, new Layer(attention, ffn));
  }
}
