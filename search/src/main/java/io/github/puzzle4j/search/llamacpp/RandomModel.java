package io.github.puzzle4j.search.llamacpp;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.arch.CommonParts;
import io.github.puzzle4j.blocklib.arch.Layer;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.arch.SpecialTokens;
import io.github.puzzle4j.blocklib.checkpoint.Tensor;
import io.github.puzzle4j.blocklib.checkpoint.TensorSource;
import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import io.github.puzzle4j.blocklib.demo.BpeTrainer;
import io.github.puzzle4j.blocklib.demo.BpeVocabulary;
import io.github.puzzle4j.export.ChildModel;
import io.github.puzzle4j.export.Exporters;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;

/**
 * Models of a given shape with random weights, for timing. All their matrices are slices of the
 * same random numbers.
 */
public final class RandomModel {

  private static final BpeVocabulary VOCABULARY =
      BpeTrainer.train(List.of("the cat sat on the mat and the dog sat on the log"), 300);

  private static final String FORMAT = "gguf";
  private static final double SCALE = 0.02;
  private static final long SEED = 1;

  private RandomModel() {}

  /** The same layers with the small vocabulary of these models. */
  public static Model shape(Model model) {
    CommonParts common = model.common();
    return new Model(
        new CommonParts(
            common.family(),
            VOCABULARY.size(),
            common.hiddenSize(),
            common.rotary(),
            common.normEpsilon(),
            common.maxPositions(),
            common.tiedEmbeddings(),
            new SpecialTokens(List.of(VOCABULARY.beginOfText()), List.of(VOCABULARY.endOfText())),
            common.storedWeights()),
        model.layers());
  }

  /** The same layer several times. */
  static Model alike(Model teacher, Layer layer, int layers) {
    return shape(Model.uniform(teacher.common(), layers, layer));
  }

  /** Why llama.cpp cannot run a layer of a model, wherever it is; empty if it can. */
  static Optional<String> objection(Model teacher, Layer layer) throws InvalidInputException {
    return Exporters.named(FORMAT).objection(teacher, teacher.layers().size() - 1, layer);
  }

  /**
   * Writes a model for llama.cpp, in bf16.
   *
   * @param model with the vocabulary of {@link #shape}
   * @param folder for the tokenizer and the file
   * @return the GGUF file
   */
  public static Path write(Model model, Path folder) throws IOException {
    VOCABULARY.write(folder, model.common().maxPositions());
    Map<String, List<Long>> shapes = model.tensors();
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
    ChildModel child = new ChildModel(model, TensorSource.of(tensors), folder);
    return Exporters.named(FORMAT).export(child, folder).files().getFirst();
  }

  /** Tokens after which llama.cpp may print nothing until the next token. */
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
