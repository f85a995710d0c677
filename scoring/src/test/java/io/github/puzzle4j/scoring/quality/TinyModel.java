package io.github.puzzle4j.scoring.quality;

import io.github.puzzle4j.blocklib.arch.Architecture;
import io.github.puzzle4j.blocklib.arch.AttentionShape;
import io.github.puzzle4j.blocklib.arch.BlockVariant;
import io.github.puzzle4j.blocklib.arch.ModelConfig;
import io.github.puzzle4j.blocklib.arch.RotaryEmbedding;
import io.github.puzzle4j.blocklib.arch.SearchSpace;
import io.github.puzzle4j.blocklib.arch.SpecialTokens;
import io.github.puzzle4j.blocklib.arch.attention.AttentionVariant;
import io.github.puzzle4j.blocklib.arch.ffn.FfnVariant;
import io.github.puzzle4j.blocklib.checkpoint.Tensor;
import io.github.puzzle4j.blocklib.checkpoint.TensorNames;
import io.github.puzzle4j.blocklib.checkpoint.TensorSource;
import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import io.github.puzzle4j.blocklib.corpus.TokenSequence;
import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.Precision;
import io.github.puzzle4j.blocklib.train.BlockLibrary;
import io.github.puzzle4j.blocklib.train.LanguageModel;
import io.github.puzzle4j.blocklib.train.SubblockKind;
import io.github.puzzle4j.blocklib.train.TokenBatch;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Random models of a few thousand weights, and what is computed from their logits in doubles. */
final class TinyModel {

  static final int VOCABULARY = 24;

  private TinyModel() {}

  static ModelConfig config(int layers) {
    return config(layers, VOCABULARY);
  }

  static ModelConfig config(int layers, int vocabulary) {
    return new ModelConfig(
        "llama",
        vocabulary,
        16,
        20,
        layers,
        new AttentionShape(4, 2, 8),
        new RotaryEmbedding(1000, new RotaryEmbedding.Scaling.None()),
        1e-5,
        256,
        false,
        new SpecialTokens(List.of(1), List.of(2)));
  }

  static TensorSource weights(Architecture architecture, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    TensorNames.of(architecture).forEach((name, shape) -> tensors.put(name, random(shape, random)));
    return TensorSource.of(tensors);
  }

  private static Tensor random(List<Long> shape, SplittableRandom random) {
    float[] values = new float[Math.toIntExact(shape.stream().reduce(1L, Math::multiplyExact))];
    for (int i = 0; i < values.length; i++) {
      values[i] =
          (float)
              (shape.size() == 1
                  ? random.nextDouble(0.5, 1.5)
                  : random.nextGaussian(0, 1 / Math.sqrt(shape.getLast())));
    }
    return Tensor.ofFloats(TensorType.F32, shape, values);
  }

  static LanguageModel model(DeviceMemory memory, Architecture architecture, long seed)
      throws IOException {
    return LanguageModel.load(memory, architecture, weights(architecture, seed), Precision.FLOAT32);
  }

  /** Fills a library with random weights for every variant of a space. */
  static void fill(BlockLibrary library, ModelConfig config, SearchSpace space, long seed)
      throws IOException {
    SplittableRandom random = new SplittableRandom(seed);
    for (int layer = 0; layer < config.layers(); layer++) {
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      for (AttentionVariant variant : space.attention()) {
        TensorNames.attention(config, variant)
            .forEach((suffix, shape) ->
                tensors.put(
                    BlockLibrary.tensorName(SubblockKind.ATTENTION, variant.id(), suffix),
                    random(shape, random)));
      }
      for (FfnVariant variant : space.ffn()) {
        TensorNames.ffn(config, variant)
            .forEach((suffix, shape) ->
                tensors.put(
                    BlockLibrary.tensorName(SubblockKind.FFN, variant.id(), suffix),
                    random(shape, random)));
      }
      library.writeLayer(layer, TensorSource.of(tensors), List.of());
    }
  }

  /** The teacher with one layer replaced. */
  static Architecture replaced(ModelConfig config, int layer, BlockVariant variant) {
    List<BlockVariant> blocks = new ArrayList<>(Architecture.teacher(config).blocks());
    blocks.set(layer, variant);
    return new Architecture(config, blocks);
  }

  static List<TokenSequence> sequences(long seed, int... lengths) {
    SplittableRandom random = new SplittableRandom(seed);
    List<TokenSequence> sequences = new ArrayList<>();
    for (int length : lengths) {
      sequences.add(
          TokenSequence.of(random.ints(length, 0, VOCABULARY).toArray(), "task", List.of()));
    }
    return sequences;
  }

  static TokenBatch batch(List<TokenSequence> sequences) {
    return TokenBatch.ofAllTokens(sequences.stream().map(TokenSequence::ids).toList(), VOCABULARY);
  }

  /** Log probabilities behind each token of a sequence that goes through the model alone. */
  static double[][] logProbabilities(DeviceMemory memory, LanguageModel model, int[] ids) {
    int vocabulary = model.architecture().config().vocabularySize();
    float[] logits;
    try (DeviceMemory scope = memory.newScope()) {
      TokenBatch alone = TokenBatch.ofAllTokens(List.of(ids), vocabulary);
      logits = model.forward(alone.ids(scope), false).toFloats();
    }
    double[][] all = new double[ids.length][vocabulary];
    for (int position = 0; position < ids.length; position++) {
      double sum = 0;
      for (int token = 0; token < vocabulary; token++) {
        all[position][token] = logits[position * vocabulary + token];
        sum += Math.exp(all[position][token]);
      }
      for (int token = 0; token < vocabulary; token++) {
        all[position][token] -= Math.log(sum);
      }
    }
    return all;
  }

  static int likeliest(double[] logProbabilities) {
    int best = 0;
    for (int token = 1; token < logProbabilities.length; token++) {
      if (logProbabilities[token] > logProbabilities[best]) {
        best = token;
      }
    }
    return best;
  }
}
