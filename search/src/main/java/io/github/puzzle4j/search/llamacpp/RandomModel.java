package io.github.puzzle4j.search.llamacpp;

import io.github.puzzle4j.blocklib.arch.Architecture;
import io.github.puzzle4j.blocklib.arch.BlockVariant;
import io.github.puzzle4j.blocklib.arch.ModelConfig;
import io.github.puzzle4j.blocklib.arch.SpecialTokens;
import io.github.puzzle4j.blocklib.checkpoint.Tensor;
import io.github.puzzle4j.blocklib.checkpoint.TensorNames;
import io.github.puzzle4j.blocklib.checkpoint.TensorSource;
import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import io.github.puzzle4j.blocklib.demo.BpeTrainer;
import io.github.puzzle4j.blocklib.demo.BpeVocabulary;
import io.github.puzzle4j.export.ChildModel;
import io.github.puzzle4j.export.Exporters;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;

/**
 * Models that have the right shape and say nothing sensible: enough to time one. All their matrices
 * are cut from the same random numbers.
 */
public final class RandomModel {

  private static final BpeVocabulary VOCABULARY =
      BpeTrainer.train(List.of("the cat sat on the mat and the dog sat on the log"), 300);

  private static final double SCALE = 0.02;
  private static final long SEED = 1;

  private RandomModel() {}

  /** A shape with another number of layers and the small vocabulary of these models. */
  public static ModelConfig shape(ModelConfig config, int layers) {
    return new ModelConfig(
        config.family(),
        VOCABULARY.size(),
        config.hiddenSize(),
        config.intermediateSize(),
        layers,
        config.attention(),
        config.rotary(),
        config.normEpsilon(),
        config.maxPositions(),
        config.tiedEmbeddings(),
        new SpecialTokens(List.of(VOCABULARY.beginOfText()), List.of(VOCABULARY.endOfText())));
  }

  /** The same block in each layer. */
  public static Architecture alike(ModelConfig config, BlockVariant block, int layers) {
    return new Architecture(shape(config, layers), Collections.nCopies(layers, block));
  }

  /**
   * Writes a model for llama.cpp, in bf16.
   *
   * @param architecture with the vocabulary of {@link #shape}
   * @param folder where its tokenizer is put too
   * @return the GGUF file
   */
  public static Path write(Architecture architecture, Path folder) throws IOException {
    VOCABULARY.write(folder, architecture.config().maxPositions());
    Map<String, List<Long>> shapes = TensorNames.of(architecture);
    int most = shapes.values().stream().mapToInt(RandomModel::elements).max().orElseThrow();
    MemorySegment numbers = random(most);
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    shapes.forEach((name, shape) ->
        tensors.put(
            name,
            new Tensor(
                TensorType.BF16,
                shape,
                numbers.asSlice(0, (long) elements(shape) * TensorType.BF16.bytes()))));
    ChildModel child = new ChildModel(architecture, TensorSource.of(tensors), folder);
    return Exporters.named("gguf").export(child, folder).files().getFirst();
  }

  /** Tokens after which llama.cpp may wait for more before it says anything. */
  static Set<Integer> silentTokens() {
    List<String> tokens = VOCABULARY.tokens();
    Set<Integer> silent = new TreeSet<>();
    for (int id = 0; id < tokens.size(); id++) {
      if (!tokens.get(id).matches("[a-zA-Z0-9]+")) {
        silent.add(id);
      }
    }
    return silent;
  }

  private static int elements(List<Long> shape) {
    return Math.toIntExact(shape.stream().reduce(1L, Math::multiplyExact));
  }

  private static MemorySegment random(int elements) {
    SplittableRandom random = new SplittableRandom(SEED);
    float[] values = new float[elements];
    for (int i = 0; i < elements; i++) {
      values[i] = (float) (SCALE * (2 * random.nextDouble() - 1));
    }
    return Tensor.ofFloats(TensorType.BF16, List.of((long) elements), values).data();
  }
}
