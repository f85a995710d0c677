package io.github.puzzle4j.export;

import io.github.puzzle4j.blocklib.arch.Architecture;
import io.github.puzzle4j.blocklib.arch.AttentionShape;
import io.github.puzzle4j.blocklib.arch.BlockVariant;
import io.github.puzzle4j.blocklib.arch.ModelConfig;
import io.github.puzzle4j.blocklib.arch.RotaryEmbedding;
import io.github.puzzle4j.blocklib.arch.SpecialTokens;
import io.github.puzzle4j.blocklib.checkpoint.Tensor;
import io.github.puzzle4j.blocklib.checkpoint.TensorNames;
import io.github.puzzle4j.blocklib.checkpoint.TensorSource;
import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import io.github.puzzle4j.blocklib.demo.BpeTrainer;
import io.github.puzzle4j.blocklib.demo.BpeVocabulary;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;

/** Small children with random weights and a real tokenizer. */
public final class RandomChild {

  private static final List<String> TEXTS =
      List.of(
          "the cat sat on the mat and the dog sat on the log",
          "a small model tells a small story about the cat and the dog",
          "one two three four five six seven eight nine ten");

  private static final BpeVocabulary VOCABULARY = BpeTrainer.train(TEXTS, 330);

  private RandomChild() {}

  /** A shape whose heads are wider than its hidden size divided by their number. */
  public static ModelConfig config(int layers, boolean tied, boolean llama3) {
    return new ModelConfig(
        "llama",
        VOCABULARY.size(),
        48,
        96,
        layers,
        new AttentionShape(4, 4, 16),
        new RotaryEmbedding(
            10_000,
            llama3
                ? new RotaryEmbedding.Scaling.Llama3(8, 1, 4, 24)
                : new RotaryEmbedding.Scaling.None()),
        1e-5,
        512,
        tied,
        new SpecialTokens(List.of(VOCABULARY.beginOfText()), List.of(VOCABULARY.endOfText())));
  }

  /** The architecture with these block ids. */
  public static Architecture architecture(boolean tied, boolean llama3, List<String> blocks) {
    return new Architecture(
        config(blocks.size(), tied, llama3), blocks.stream().map(BlockVariant::parse).toList());
  }

  /** An architecture with random blocks. */
  public static Architecture randomArchitecture(int seed) {
    Random random = new Random(seed);
    List<String> attentions = List.of("teacher", "gqa_2", "gqa_1", "linear", "noop");
    List<String> ffns = List.of("teacher", "ffn_64", "ffn_37", "ffn_8", "linear", "noop");
    List<String> blocks = new ArrayList<>();
    blocks.add("gqa_2+ffn_64");
    for (int layer = 1; layer < 6; layer++) {
      blocks.add(
          attentions.get(random.nextInt(attentions.size()))
              + "+"
              + ffns.get(random.nextInt(ffns.size())));
    }
    java.util.Collections.shuffle(blocks, random);
    return architecture(random.nextBoolean(), random.nextBoolean(), blocks);
  }

  /**
   * A child with random weights, and its tokenizer in a folder.
   *
   * @param stored the type of the weights
   */
  public static ChildModel create(
      Architecture architecture, int seed, TensorType stored, Path companionFiles)
      throws IOException {
    VOCABULARY.write(companionFiles, architecture.config().maxPositions());
    SplittableRandom random = new SplittableRandom(seed);
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    TensorNames.of(architecture)
        .forEach((name, shape) -> tensors.put(name, tensor(random, name, shape, stored)));
    return new ChildModel(architecture, TensorSource.of(tensors), companionFiles);
  }

  private static Tensor tensor(
      SplittableRandom random, String name, List<Long> shape, TensorType stored) {
    int elements = Math.toIntExact(shape.stream().reduce(1L, Math::multiplyExact));
    float[] values = new float[elements];
    double scale = scale(name) / Math.sqrt(shape.getLast());
    for (int i = 0; i < elements; i++) {
      values[i] =
          shape.size() == 1
              ? (float) (0.5 + random.nextDouble())
              : (float) (random.nextGaussian() * scale);
    }
    return Tensor.ofFloats(stored, shape, values);
  }

  /** Sharp attention and a weak embedding, so that what comes out is not what went in. */
  private static double scale(String name) {
    return name.endsWith("q_proj.weight") || name.endsWith("k_proj.weight") ? 2 : 1;
  }
}
